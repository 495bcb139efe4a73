const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Equality by meaning: key order and the kind of number (bigint or number) do not count, the order of lists does. */
export const same = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true
  if (typeof a === 'bigint' || typeof b === 'bigint') {
    return isNumeric(a) && isNumeric(b) && BigInt(a) === BigInt(b)
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => same(item, b[i]))
  }
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
  )
}

const isNumeric = (value: unknown): value is number | bigint =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))

export interface Difference {
  /** Keys from the root, joined by dots; empty: the whole. */
  readonly at: string
  readonly actual: unknown
  readonly expected: unknown
}

/** Where two documents differ, leaf by leaf, in the order of the expected document. Lists differ as wholes. */
export const differences = (actual: unknown, expected: unknown, at = ''): readonly Difference[] => {
  if (isObject(actual) && isObject(expected)) {
    return [...new Set([...Object.keys(expected), ...Object.keys(actual)])].flatMap((key) =>
      differences(own(actual, key), own(expected, key), at === '' ? key : `${at}.${key}`),
    )
  }
  return same(actual, expected) ? [] : [{ at, actual: actual ?? 'absent', expected: expected ?? 'absent' }]
}

const own = (object: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined
