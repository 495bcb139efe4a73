import { text } from '../lib/exec.ts'
import { absent } from './absent.ts'
import { fact } from './fact.ts'
import { lines } from './text.ts'

export interface Mount {
  readonly path: string
  readonly type: string
  readonly source: string
  /** The part of the file system that is mounted; not `/` for a bind mount. */
  readonly root: string
  readonly options: readonly string[]
  /** Of the file system itself: lowerdir of an overlay, data options. */
  readonly superOptions: readonly string[]
  /** `major:minor`. */
  readonly device: string
}

/** What is mounted, in the order of mounting (proc_pid_mountinfo(5)): a later mount on the same path covers an earlier one. */
export const mounts = fact({
  probe: 'cat /proc/1/mountinfo 2>/dev/null || cat /proc/self/mountinfo',
  version: 1,
  maxBytes: 4 * 1024 * 1024,
  parse: (raw): readonly Mount[] => {
    if (raw.exitCode !== 0 || raw.stdout.length === 0) throw absent('what is mounted', raw)
    return lines(text(raw.stdout)).map(mount)
  },
})

const mount = (line: string): Mount => {
  const [place = '', filesystem = ''] = line.split(' - ')
  const [, , device = '', root = '', path = '', options = ''] = place.split(' ')
  const [type = '', source = '', superOptions = ''] = filesystem.split(' ')
  if (path === '' || type === '') throw new Error(`"${line.slice(0, 80)}" is no line of mountinfo`)
  return {
    path: unescaped(path),
    type,
    source: unescaped(source),
    root: unescaped(root),
    options: options.split(','),
    superOptions: superOptions === '' ? [] : superOptions.split(','),
    device,
  }
}

/** The kernel writes space, tab, line end and backslash as three octal digits. */
const unescaped = (word: string): string =>
  word.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** What is seen at a path: the last mount on it; undefined when it is no mount point. */
export const mountAt = (mounts: readonly Mount[], path: string): Mount | undefined =>
  mounts.findLast((mount) => mount.path === path)

/** `2` when the unified hierarchy is at /sys/fs/cgroup, `1` otherwise, undefined when no cgroups are mounted. */
export const cgroupVersion = (mounts: readonly Mount[]): 1 | 2 | undefined => {
  const type = mountAt(mounts, '/sys/fs/cgroup')?.type
  if (type === 'cgroup2') return 2
  return mounts.some((mount) => mount.type === 'cgroup') ? 1 : undefined
}
