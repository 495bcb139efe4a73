import { fileAt, filesUnder, textAt } from '../facts/files.ts'
import type { Facts } from '../facts/index.ts'
import type { FileStat } from '../facts/stats.ts'
import { parseToml } from '../lib/toml.ts'
import type { ContainerdConfig } from './cri.ts'

/** A file as the checks compare it. */
export interface SeenFile {
  readonly kind: FileStat['type']
  /** Four octal digits. */
  readonly mode: string
  /** `user:group`. */
  readonly owner: string
}

/** What is at a path, itself if it is a link; undefined when nothing is there. */
export const seenFile = (facts: Facts, path: string): SeenFile | undefined => {
  const found = fileAt(facts.stats, path)
  return found && { kind: found.type, mode: found.mode, owner: `${found.user}:${found.group}` }
}

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

export interface SeenContainerd {
  /** What it would run with, parsed; empty when it cannot load its configuration. */
  readonly config: ContainerdConfig
  /** Why it cannot load its configuration. */
  readonly problem?: string
  /** What it said on stderr meanwhile. */
  readonly warnings: readonly string[]
}

/** The effective configuration of containerd, as it says itself. */
export const containerdOf = (facts: Facts): SeenContainerd => {
  const dump = facts.containerdDump
  if (dump === undefined) return { config: {}, problem: 'containerd is not installed', warnings: [] }
  const { exitCode, toml, warnings } = dump
  if (exitCode !== 0)
    return { config: {}, problem: warnings.join('\n') || `it ended with ${exitCode}`, warnings }
  return { config: parseToml(toml, 'the dump of containerd'), warnings }
}
