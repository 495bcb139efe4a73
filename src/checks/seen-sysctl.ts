import type { Facts } from '../facts/index.ts'
import { sysctls } from './meaning.ts'

export interface OnDisk {
  readonly value: string
  readonly path: string
}

/** Earlier directories hide files of the same name in later ones (sysctl.d(5)). */
const directories = [
  '/etc/sysctl.d',
  '/run/sysctl.d',
  '/usr/local/lib/sysctl.d',
  '/usr/lib/sysctl.d',
] as const

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** The files that systemd-sysctl reads, in its order: by name, whatever their directory; a link to /dev/null hides one. */
export const sysctlFiles = ({ configs, stats }: Facts): readonly (readonly [string, string])[] => {
  const chosen = new Map<string, string>()
  for (const directory of directories)
    for (const path of Object.keys(stats.entries)) {
      if (!path.startsWith(`${directory}/`) || !path.endsWith('.conf')) continue
      const name = nameOf(path)
      if (!chosen.has(name) && path === `${directory}/${name}`) chosen.set(name, path)
    }
  return [...chosen]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, path]) => {
      const text = configs.entries[path]?.text
      return text === undefined ? [] : [[path, text] as const]
    })
}

/** What the next boot sets a kernel parameter to, and which file does; undefined when none does. */
export const onDiskSysctl = (facts: Facts, key: string): OnDisk | undefined =>
  sysctlFiles(facts).reduce<OnDisk | undefined>((last, [path, text]) => {
    const value = sysctls(text)[key]
    return value === undefined ? last : { value, path }
  }, undefined)
