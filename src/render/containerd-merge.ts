import { isDeepEqual } from '../lib/equal.ts'
import type { TomlValue } from '../lib/toml.ts'
import type { Line } from './containerd-defaults.ts'
import {
  type Branch,
  isBranch,
  isLeaf,
  type Leaf,
  mergeTrees,
  type Tree,
  withTree,
} from './containerd-tree.ts'

/** Tables of the user's names: an entry replaces the entry of the same name whole (properties.md D5). */
const keyed: readonly string[] = ['proxy_plugins', 'timeouts', 'stream_processors']

const isZero = ({ value }: Leaf): boolean => value === '' || value === 0n || value === false

/** containerd 1.x repeats what is already in the list, 2.x does not (D3). */
const append = (under: Tree | undefined, over: Leaf, line: Line): Leaf => {
  const before: readonly TomlValue[] = isLeaf(under) && Array.isArray(under.value) ? under.value : []
  const added = Array.isArray(over.value) ? over.value : []
  const isNew = (item: TomlValue): boolean => !before.some((other) => isDeepEqual(other, item))
  const value = [...before, ...(line.startsWith('1.') ? added : added.filter(isNew))]
  return { value, origin: added.length > 0 || !isLeaf(under) ? over.origin : under.origin }
}

const replaceEntries = (under: Tree | undefined, over: Branch): Branch =>
  new Map([...(isBranch(under) ? under : []), ...over])

/** Of a table outside plugins, what is not zero overrides: a drop-in cannot set 0, false or '' (D2). */
const mergeFields = (under: Tree | undefined, over: Branch): Branch =>
  new Map([
    ...(isBranch(under) ? under : []),
    ...[...over].filter(([, tree]) => !(isLeaf(tree) && isZero(tree))),
  ])

const mergeKey = (key: string, under: Tree | undefined, over: Tree, line: Line): Tree | undefined => {
  if (isLeaf(over)) return Array.isArray(over.value) ? append(under, over, line) : isZero(over) ? under : over
  // 1.x replaces a plugin's section whole, 2.x merges it to the leaves (D4, containerd#9982).
  if (key === 'plugins')
    return line.startsWith('1.') || !isBranch(under) ? replaceEntries(under, over) : mergeTrees(under, over)
  return keyed.includes(key) ? replaceEntries(under, over) : mergeFields(under, over)
}

/** Lays a file's configuration over what was loaded before it, as a release does (containerd `mergeConfig`). */
export const mergeConfig = (under: Branch, over: Branch, line: Line): Branch =>
  [...over].reduce((merged, [key, tree]) => {
    const result = mergeKey(key, merged.get(key), tree, line)
    return result === undefined ? merged : withTree(merged, [key], result)
  }, under)
