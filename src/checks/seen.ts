import { fileAt, filesUnder, textAt } from '../facts/files.ts'
import type { Facts } from '../facts/index.ts'
import type { FileStat } from '../facts/stats.ts'
import { AmiproofError } from '../lib/errors.ts'
import { parseToml } from '../lib/toml.ts'
import type { ContainerdConfig } from './cri.ts'

/** A file as the checks compare it. */
export interface SeenFile {
  readonly kind: FileStat['type']
  /** Four octal digits. */
  readonly mode: string
  /** `user:group`; a number stands where no account has it. */
  readonly owner: string
}

/** What is at a path, itself if it is a link; undefined when nothing is there. */
export const seenFile = (facts: Facts, path: string): SeenFile | undefined => {
  const found = fileAt(facts.stats, path)
  return found && { kind: found.type, mode: found.mode, owner: ownerOf(found) }
}

const ownerOf = ({ user, group, uid, gid }: FileStat): string =>
  `${user === 'UNKNOWN' ? uid : user}:${group === 'UNKNOWN' ? gid : group}`

/** The same, through a link and the links it points to. */
export const seenTarget = (facts: Facts, path: string, hops = 8): SeenFile | undefined => {
  const target = fileAt(facts.stats, path)?.target
  if (target === undefined || hops === 0) return seenFile(facts, path)
  const next = target.startsWith('/') ? target : `${path.slice(0, path.lastIndexOf('/'))}/${target}`
  return seenTarget(facts, normal(next), hops - 1)
}

const normal = (path: string): string => {
  const parts: string[] = []
  for (const part of path.split('/').slice(1)) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/** The text of a configuration file, links followed; undefined when there is none. */
export const seenText = (facts: Facts, path: string): string | undefined => textAt(facts.configs, path)

/** Names directly in a directory, in order. */
export const namesIn = (facts: Facts, directory: string): readonly string[] =>
  filesUnder(facts.stats, directory)
    .map(([path]) => path.slice(directory.length + 1))
    .filter((name) => !name.includes('/'))

/** Properties of a unit by the names of `systemctl show`; undefined when systemd does not know it. */
export const unitOf = (facts: Facts, name: string): Readonly<Record<string, string>> | undefined => {
  const unit = facts.units[name]
  return unit?.LoadState === 'not-found' ? undefined : unit
}

/** Why containerd cannot say what it would run with; undefined when it can. */
export const containerdProblem = ({ containerdDump }: Facts): string | undefined => {
  if (containerdDump === undefined) return 'containerd is not installed'
  const { exitCode, warnings } = containerdDump
  return exitCode === 0 ? undefined : warnings.join('\n') || `it ended with ${exitCode}`
}

/**
 * The effective configuration of containerd, as it says itself. Throws an AmiproofError when it cannot load its configuration: what it
 * would run with is then unknown, and containerd/config-loads fails.
 */
export const containerdConfig = (facts: Facts): ContainerdConfig => {
  const problem = containerdProblem(facts)
  if (problem === undefined) return parseToml(facts.containerdDump?.toml ?? '', 'the dump of containerd')
  throw new AmiproofError(
    `cannot tell what containerd would run with, because it does not load its configuration: ${problem}; repair that first`,
    { kind: 'fact', code: 'containerd-config', op: 'read the configuration of containerd', blame: 'image' },
  )
}
