/** A JSON or TOML object. */
type Table = Readonly<Record<string, unknown>>

const isTable = (value: unknown): value is Table => {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const get = (table: Table, key: string): unknown => (Object.hasOwn(table, key) ? table[key] : undefined)

/** `Object.fromEntries` defines own properties, so that a key named `__proto__` stays a key. */
const combine = (base: Table, patch: Table, value: (key: string) => unknown): Table =>
  Object.fromEntries(
    [...new Set([...Object.keys(base), ...Object.keys(patch)])]
      .map((key) => [key, value(key)] as const)
      .filter(([, item]) => item !== undefined),
  )

/**
 * Merges as nodeadm does (`util.Merge`: mergo `WithOverride` over maps, properties.md C10): tables merge, everything else of `patch` wins,
 * `false`, `0`, `''`, `[]` and `null` included; lists are replaced whole; an empty table over a table changes nothing. Pure; never touches prototypes.
 */
export const deepMerge = (base: Table, patch: Table): Table =>
  combine(base, patch, (key) => {
    const ours = get(base, key)
    const theirs = get(patch, key)
    if (!Object.hasOwn(patch, key)) return ours
    return isTable(ours) && isTable(theirs) ? deepMerge(ours, theirs) : theirs
  })

/** JSON merge patch (RFC 7396), by which the kubelet applies its drop-ins: as {@link deepMerge}, but `null` deletes and lists are replaced. */
export const mergePatch = (target: unknown, patch: unknown): unknown => {
  if (!isTable(patch)) return patch
  const base = isTable(target) ? target : {}
  return combine(base, patch, (key) => {
    if (!Object.hasOwn(patch, key)) return get(base, key)
    const theirs = get(patch, key)
    return theirs === null ? undefined : mergePatch(get(base, key), theirs)
  })
}
