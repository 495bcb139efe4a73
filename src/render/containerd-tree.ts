import { isTomlTable, type TomlTable, type TomlValue } from '../lib/toml.ts'

/** Where a value was written: the file and the key path there, or nothing for a built-in default. */
export interface Origin {
  readonly file: string
  readonly path: readonly string[]
}

/** A scalar or a list, with where it comes from. */
export interface Leaf {
  readonly value: TomlValue
  readonly origin: Origin
}

/** A configuration as it is merged and migrated: every value remembers its origin, and tables are Maps, in which no key is special. */
export type Tree = Leaf | Branch
export type Branch = ReadonlyMap<string, Tree>

export const isBranch = (tree: Tree | undefined): tree is Branch => tree instanceof Map
export const isLeaf = (tree: Tree | undefined): tree is Leaf => tree !== undefined && !isBranch(tree)

/** Tables become branches; everything else a leaf, lists of tables included. */
export const plant = (table: TomlTable, file: string, path: readonly string[] = []): Branch =>
  new Map(
    Object.entries(table).map(([key, value]) => {
      const here = [...path, key]
      return [key, isTomlTable(value) ? plant(value, file, here) : { value, origin: { file, path: here } }]
    }),
  )

/** The plain table of a tree. */
export const harvest = (branch: Branch): TomlTable =>
  Object.fromEntries([...branch].map(([key, tree]) => [key, isBranch(tree) ? harvest(tree) : tree.value]))

export const treeAt = (tree: Tree | undefined, ...path: readonly string[]): Tree | undefined =>
  path.reduce<Tree | undefined>((at, key) => (isBranch(at) ? at.get(key) : undefined), tree)

export const branchAt = (tree: Tree | undefined, ...path: readonly string[]): Branch => {
  const at = treeAt(tree, ...path)
  return isBranch(at) ? at : new Map()
}

/** With a subtree put at a path, tables made on the way; `undefined` takes it away. */
export const withTree = (branch: Branch, path: readonly string[], tree: Tree | undefined): Branch => {
  const [key, ...rest] = path
  if (key === undefined) return branch
  const next = new Map(branch)
  const child = rest.length === 0 ? tree : withTree(branchAt(branch, key), rest, tree)
  if (child === undefined) next.delete(key)
  else next.set(key, child)
  return next
}

/** Leaves with their paths, empty tables left out. */
export const leavesOf = (
  branch: Branch,
  path: readonly string[] = [],
): readonly [readonly string[], Leaf][] =>
  [...branch].flatMap(([key, tree]): [readonly string[], Leaf][] =>
    isBranch(tree) ? [...leavesOf(tree, [...path, key])] : [[[...path, key], tree]],
  )

/** Tables merge, everything else of `over` wins; as `lib/merge.ts`, with origins. */
export const mergeTrees = (under: Branch, over: Branch): Branch => {
  const merged = new Map(under)
  for (const [key, tree] of over) {
    const below = under.get(key)
    merged.set(key, isBranch(below) && isBranch(tree) ? mergeTrees(below, tree) : tree)
  }
  return merged
}
