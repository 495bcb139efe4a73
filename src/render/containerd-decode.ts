import { isTomlTable, type TomlTable, type TomlValue } from '../lib/toml.ts'
import type { Line } from './containerd-defaults.ts'
import {
  type Branch,
  branchAt,
  isBranch,
  mergeTrees,
  plant,
  type Tree,
  treeAt,
  withTree,
} from './containerd-tree.ts'

const zero = (value: TomlValue): TomlValue =>
  typeof value === 'string'
    ? ''
    : typeof value === 'boolean'
      ? false
      : typeof value === 'bigint'
        ? 0n
        : typeof value === 'number'
          ? 0
          : Array.isArray(value)
            ? []
            : {}

const zeroed = (table: TomlTable): TomlTable =>
  Object.fromEntries(Object.entries(table).map(([key, value]) => [key, zero(value)]))

/** Without the keys that the release ignores. */
const without = (section: Branch, ignored: readonly (readonly string[])[]): Branch =>
  ignored.reduce((after, path) => withTree(after, path.slice(1), undefined), section)

/** A runtime that has no default of its own starts from nothing. */
const runtimesOver = (defaults: Branch, given: Branch, line: Line): Branch => {
  const sample = branchAt(defaults, 'runc')
  const blank = line.startsWith('1.')
    ? plant(zeroed(harvestTop(sample)), '')
    : new Map([...plant(zeroed(harvestTop(sample)), '')].filter(([, tree]) => !isBranch(tree)))
  const entries = [...given].map(([name, tree]): [string, Tree] => {
    if (!isBranch(tree)) return [name, tree]
    const base = line.startsWith('1.') ? blank : branchAt(defaults, name)
    return [name, mergeTrees(base.size > 0 ? base : blank, tree)]
  })
  // go-toml v1 replaces a map that the file names, go-toml v2 adds to it.
  return new Map([...(line.startsWith('1.') ? [] : defaults), ...entries])
}

const harvestTop = (branch: Branch): TomlTable =>
  Object.fromEntries([...branch].map(([key, tree]) => [key, isBranch(tree) ? {} : tree.value]))

/** A plugin's section over the plugin's defaults. */
export const decodePlugin = (
  base: Branch,
  given: Branch,
  ignored: readonly (readonly string[])[],
  line: Line,
): Branch => {
  const kept = without(given, ignored)
  const merged = mergeTrees(base, kept)
  const path = ['containerd', 'runtimes']
  const runtimes = treeAt(kept, ...path)
  return isBranch(runtimes)
    ? withTree(merged, path, runtimesOver(branchAt(base, ...path), runtimes, line))
    : merged
}

/** A proxy plugin as containerd completes it: exports know the address where there are exports; 1.6 drops them. */
export const decodeProxy = (given: Branch, line: Line): Branch => {
  const address = given.get('address')
  const exports = given.get('exports')
  if (line === '1.6') return new Map([...given].filter(([key]) => key === 'type' || key === 'address'))
  const blank = plant(
    { type: '', address: '', platform: '', capabilities: [], ...(line === '1.7' ? { exports: {} } : {}) },
    '',
  )
  const complete = mergeTrees(blank, given)
  return isBranch(exports) && (exports.size > 0 || line === '1.7') && address !== undefined
    ? withTree(complete, ['exports', 'address'], address)
    : complete
}

export const sectionDefaults = (defaults: TomlTable, uri: string): TomlTable | undefined => {
  const plugins = defaults.plugins
  const section = isTomlTable(plugins) && Object.hasOwn(plugins, uri) ? plugins[uri] : undefined
  return isTomlTable(section) ? section : undefined
}
