import { isTomlTable, type TomlTable, type TomlValue } from '../lib/toml.ts'
import { atLeast } from '../lib/versions.ts'
import data from './containerd-defaults.json' with { type: 'json' }
import { type Branch, plant } from './containerd-tree.ts'

/** The containerd releases whose reading of configuration differs (properties.md D). */
export type Line = '1.6' | '1.7' | '2.0' | '2.3'

/** @throws AmiproofError `version` */
export const lineOf = (version: string): Line =>
  atLeast(version, '2.3') ? '2.3' : atLeast(version, '2.0') ? '2.0' : atLeast(version, '1.7') ? '1.7' : '1.6'

/** The highest configuration version that a release reads. 1.6 reads 2 and never says so. */
export const highestVersion: Readonly<Record<Line, 2 | 3 | 4>> = { '1.6': 2, '1.7': 2, '2.0': 3, '2.3': 4 }

/** JSON has no integers: a number without a fraction was one in the dump. */
const toToml = (value: unknown): TomlValue => {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
  if (Array.isArray(value)) return value.map(toToml)
  if (typeof value === 'object' && value !== null) return tableOf(value)
  return typeof value === 'boolean' ? value : String(value)
}
const tableOf = (value: object): TomlTable =>
  Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toToml(item)]))

/** 2.3 has its servers as plugins; what they read before is gone from the top. */
const withServers = ({ grpc: _g, ttrpc: _t, metrics: _m, plugins, ...rest }: TomlTable): TomlTable => ({
  ...rest,
  debug: { level: '', format: '' },
  plugins: { ...(isTomlTable(plugins) ? plugins : {}), ...tableOf(data['2.3'].plugins) },
})
const read = (line: Line): TomlTable => {
  if (line === '1.6' || line === '1.7') return tableOf(data[line])
  const measured = tableOf(data['2.1'])
  return line === '2.3' ? withServers(measured) : measured
}

const once = <T>(make: (line: Line) => T): ((line: Line) => T) => {
  const made = new Map<Line, T>()
  return (line) => {
    const value = made.get(line) ?? make(line)
    made.set(line, value)
    return value
  }
}

/**
 * What containerd does when nothing is configured: `containerd config default` of 1.6.20, 1.7.24 and 2.1.9, with upstream's CNI directory where
 * Debian has its own. 2.0, 2.2 and 2.3 are taken for 2.1.9, whose sandbox image they may raise; the servers of 2.3 are from its source.
 */
export const containerdDefaults = once(read)

/** The same as a tree without origins. */
export const defaultTree = once((line): Branch => plant(containerdDefaults(line), ''))
