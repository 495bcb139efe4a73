import { type Exec, text } from '../lib/exec.ts'
import { absent } from './absent.ts'
import { fact } from './fact.ts'
import { flatTrees, singleFiles, wholeTrees } from './file-scope.ts'
import { quotedName } from './shell-word.ts'
import { lines, record } from './text.ts'

export type FileType = 'file' | 'directory' | 'link' | 'socket' | 'fifo' | 'block' | 'character'

export interface FileStat {
  readonly type: FileType
  /** Four octal digits with the set-user, set-group and sticky bits, e.g. `0644`, `1777`. */
  readonly mode: string
  readonly uid: number
  readonly gid: number
  /** `UNKNOWN` when no account has the number. */
  readonly user: string
  readonly group: string
  readonly size: number
  /** Seconds since 1970. */
  readonly mtime: number
  /** Where a link points, as it is written. */
  readonly target?: string
}

export interface Stats {
  readonly entries: Readonly<Record<string, FileStat>>
  /** Directories that could not be entered; what is below them is unknown, not absent. */
  readonly denied: readonly string[]
}

const format = `-exec stat -c '%f %u %g %U %G %s %Y %N' {} +`

/** Mode, owner, size, time and link target of everything that a node's configuration can hang on. */
export const stats = fact({
  probe: `find ${wholeTrees.join(' ')} -xdev ${format}
find ${flatTrees.join(' ')} -maxdepth 1 ${format}
find ${singleFiles.join(' ')} -maxdepth 0 ${format}
true`,
  version: 1,
  maxBytes: 8 * 1024 * 1024,
  parse: (raw): Stats => {
    const entries = record(lines(text(raw.stdout)).flatMap(entry))
    if (!entries['/etc']) throw absent('which files there are', raw)
    return { entries, denied: deniedIn(raw) }
  },
})

const entry = (line: string): readonly (readonly [string, FileStat])[] => {
  const found = /^([0-9a-f]+) (\d+) (\d+) (\S+) (\S+) (\d+) (\d+) (.*)$/.exec(line)
  const named = quotedName(found?.[8] ?? '') ?? plainName(found?.[8] ?? '')
  const mode = Number.parseInt(found?.[1] ?? '', 16)
  const type = types[mode >> 12]
  if (!found || !named || !type) return []
  const target = named.rest.startsWith(' -> ') ? quotedName(named.rest.slice(4))?.name : undefined
  const stat = {
    type,
    mode: (mode & 0o7777).toString(8).padStart(4, '0'),
    uid: Number(found[2]),
    gid: Number(found[3]),
    user: found[4] ?? '',
    group: found[5] ?? '',
    size: Number(found[6]),
    mtime: Number(found[7]),
    ...(target !== undefined && { target }),
  }
  return [[named.name, stat]]
}

/** busybox quotes the names of links only. */
const plainName = (text: string): { readonly name: string; readonly rest: string } | undefined =>
  text.startsWith('/') ? { name: text, rest: '' } : undefined

/** The high four bits of st_mode (inode(7)). */
const types: Readonly<Record<number, FileType>> = {
  1: 'fifo',
  2: 'character',
  4: 'directory',
  6: 'block',
  8: 'file',
  10: 'link',
  12: 'socket',
}

/** `find: '/root': Permission denied` of GNU, `find: /root: Permission denied` of busybox; so say stat, sha256sum and awk. */
export const deniedIn = ({ stderr }: Exec): readonly string[] =>
  lines(text(stderr)).flatMap((line) => {
    const path = /^[^:]+: (?:cannot (?:stat|open|access) )?['‘]?(\/.*?)['’]?: Permission denied$/.exec(
      line,
    )?.[1]
    return path ? [path] : []
  })
