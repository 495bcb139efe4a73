const entriesOf = (value: object): [string, unknown][] => Object.entries(value)

/** Whether two plain values (scalars, lists, tables, dates) say the same. Key order does not count; 1 and 1n differ. */
export const isDeepEqual = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Date || b instanceof Date)
    return a instanceof Date && b instanceof Date && a.toISOString() === b.toISOString()
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, i) => isDeepEqual(item, b[i]))
    )
  const [left, right] = [entriesOf(a), new Map(entriesOf(b))]
  return (
    left.length === right.size &&
    left.every(([key, item]) => right.has(key) && isDeepEqual(item, right.get(key)))
  )
}
