/** An element of a tool's report: of `nvidia-smi -q -x` an XML element, of `nvidia-smi -q` an indented line. */
export interface Tree {
  readonly name: string
  /** Trimmed text of its own; empty where it only has children. */
  readonly value: string
  readonly children: readonly Tree[]
}

export const named = (tree: Tree | undefined, name: string): readonly Tree[] =>
  tree?.children.filter((child) => child.name === name) ?? []

/** The first element at a path such as `pci/link_widths`; undefined where there is none. */
export const at = (tree: Tree | undefined, path: string): Tree | undefined =>
  path.split('/').reduce<Tree | undefined>((here, name) => named(here, name)[0], tree)

/** The value at the first of the paths that exists: schemas of nvidia-smi rename elements from one version to the next. */
export const said = (tree: Tree | undefined, ...paths: readonly string[]): string | undefined => {
  for (const path of paths) {
    const found = at(tree, path)
    if (found) return found.value
  }
  return undefined
}

/** Every element without children, by the names that lead to it. */
export const leaves = (tree: Tree | undefined): readonly (readonly [string, string])[] =>
  tree?.children.flatMap((child) =>
    child.children.length === 0
      ? [[child.name, child.value] as const]
      : leaves(child).map(([name, value]) => [`${child.name}/${name}`, value] as const),
  ) ?? []
