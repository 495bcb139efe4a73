/** Where a value comes from. */
export type Source =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'flag'; readonly flag: string }

export interface Leaf {
  readonly value: unknown
  readonly source: Source
}

/** A JSON object whose leaves know where they come from; lists are leaves. */
export type Sourced = Leaf | SourcedMap
export type SourcedMap = ReadonlyMap<string, Sourced>

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isMap = (value: Sourced | undefined): value is SourcedMap => value instanceof Map

/** Applies a document by RFC 7396: objects merge, null deletes, everything else replaces. */
export const patched = (target: Sourced | undefined, patch: unknown, source: Source): Sourced => {
  if (!isObject(patch)) return { value: patch, source }
  const merged = new Map(isMap(target) ? target : [])
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key)
    else merged.set(key, patched(merged.get(key), value, source))
  }
  return merged
}

/** The value at a path, or undefined. */
export const at = (tree: Sourced | undefined, path: readonly string[]): Sourced | undefined =>
  path.reduce<Sourced | undefined>((node, key) => (isMap(node) ? node.get(key) : undefined), tree)

/** The tree with another value at a path. */
export const withValue = (
  tree: Sourced | undefined,
  [key, ...rest]: readonly string[],
  value: Sourced,
): Sourced => {
  if (key === undefined) return value
  const copy = new Map(isMap(tree) ? tree : [])
  return copy.set(key, withValue(copy.get(key), rest, value))
}

/** A tree of fields by key, down to what is known of each. */
export type Fields<T> = ReadonlyMap<string, T | Fields<T>>

const isFields = <T>(field: T | Fields<T>): field is Fields<T> => field instanceof Map

/** The tree with a value at each of the fields, chosen from what is there; undefined leaves the field out. */
export const filled = <T extends object>(
  tree: Sourced | undefined,
  fields: Fields<T>,
  choose: (field: T, present: Sourced | undefined) => Sourced | undefined,
): SourcedMap => {
  const result = new Map(isMap(tree) ? tree : [])
  for (const [key, field] of fields) {
    const present = result.get(key)
    const value = isFields(field) ? filled(present, field, choose) : choose(field, present)
    if (value !== undefined) result.set(key, value)
  }
  return result
}

/** A value as a tree: each leaf from the same source. */
export const sourced = (value: unknown, source: Source): Sourced =>
  isObject(value)
    ? new Map(Object.entries(value).map(([key, item]) => [key, sourced(item, source)]))
    : { value, source }

/** Plain data again. Keys are own properties, `__proto__` too. */
export const plain = (tree: Sourced): unknown =>
  isMap(tree) ? Object.fromEntries([...tree].map(([key, value]) => [key, plain(value)])) : tree.value

/** The plain object of a tree that is one. */
export const plainObject = (tree: Sourced): Readonly<Record<string, unknown>> =>
  isMap(tree) ? Object.fromEntries([...tree].map(([key, value]) => [key, plain(value)])) : {}

/** A JSON pointer (RFC 6901), unambiguous for keys with dots such as `nodefs.available`. */
export const pointer = (path: readonly string[]): string =>
  path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** Every leaf by its JSON pointer. */
export const leaves = (tree: Sourced, path: readonly string[] = []): readonly (readonly [string, Leaf])[] =>
  isMap(tree)
    ? [...tree].flatMap(([key, value]) => leaves(value, [...path, key]))
    : [[pointer(path), tree] as const]
