/**
 * A YAML or JSON document as it was written: mappings keep their order and their duplicate keys, and integers beyond 2^53 stay exact.
 * Only `plain` turns it into JavaScript objects.
 */
export type Document = null | boolean | number | bigint | string | readonly Document[] | Mapping
export interface Mapping {
  readonly entries: readonly (readonly [key: string, value: Document])[]
}

export const isMapping = (doc: Document): doc is Mapping =>
  typeof doc === 'object' && doc !== null && 'entries' in doc && !Array.isArray(doc)

/** The word a person knows for what was written. */
export const nameOf = (doc: Document): string =>
  doc === null
    ? 'null'
    : isMapping(doc)
      ? 'a mapping'
      : typeof doc === 'object'
        ? 'a list'
        : typeof doc === 'boolean'
          ? `the boolean ${doc}`
          : typeof doc === 'string'
            ? 'a string'
            : `the number ${doc}`

/** JavaScript values; of duplicate keys the last wins, and `__proto__` is a key like any other. */
export const plain = (doc: Document): unknown =>
  isMapping(doc)
    ? Object.fromEntries(doc.entries.map(([key, value]) => [key, plain(value)]))
    : Array.isArray(doc)
      ? doc.map(plain)
      : doc

/** The paths of keys that a mapping holds more than once, each once: `image.os`, `join.spec.taints[0].key`. */
export const repeatedKeys = (doc: Document, path = ''): readonly string[] => {
  if (isMapping(doc)) {
    const below = (key: string) => (path === '' ? key : `${path}.${key}`)
    const byKey = Map.groupBy(doc.entries, ([key]) => key)
    return [...byKey].flatMap(([key, entries]) => [
      ...(entries.length > 1 ? [below(key)] : []),
      ...entries.flatMap(([, value]) => repeatedKeys(value, below(key))),
    ])
  }
  return Array.isArray(doc) ? doc.flatMap((item: Document, at) => repeatedKeys(item, `${path}[${at}]`)) : []
}
