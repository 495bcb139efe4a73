import type { Verdict } from './check.ts'
import { same } from './same.ts'

/** The node is as it should be; `actual` is what the report shows. */
export const pass = (actual?: unknown): Verdict =>
  actual === undefined ? { status: 'pass' } : { status: 'pass', actual }

/** The node is wrong. `where`: the file, or the key and the file that set it. A missing value is said as `absent`, never left out. */
export const fail = (actual: unknown, expected: unknown, where: string): Verdict => ({
  status: 'fail',
  actual: actual ?? 'absent',
  expected: expected ?? 'absent',
  where,
})

/** A person has to look. */
export const manual = (reason: string): Verdict => ({ status: 'manual', reason })

/** Passes when `holds`; otherwise says what was found and what was expected. */
export const expected = (holds: boolean, actual: unknown, wanted: unknown, where: string): Verdict =>
  holds ? pass(actual) : fail(actual, wanted, where)

/** Deep equality; the order of keys does not matter, the order of lists does. */
export const equal = (actual: unknown, wanted: unknown, where: string): Verdict =>
  expected(same(actual, wanted), actual, wanted, where)

/** The value is one of those allowed. */
export const oneOf = <T>(actual: T, allowed: readonly NoInfer<T>[], where: string): Verdict =>
  expected(allowed.includes(actual), actual, `one of ${allowed.join(', ')}`, where)

/** `wanted` says in words what the pattern means. */
export const matches = (
  actual: string | undefined,
  pattern: RegExp,
  wanted: string,
  where: string,
): Verdict => expected(actual !== undefined && pattern.test(actual), actual, wanted, where)

/** Whole numbers as the node printed them; anything else fails. */
export const atLeast = (actual: string | number | undefined, least: number, where: string): Verdict =>
  expected(
    actual !== undefined && /^-?\d+$/.test(String(actual).trim()) && Number(actual) >= least,
    actual,
    `at least ${least}`,
    where,
  )

/** Every wanted item is there; the failure lists those that are missing. */
export const contains = (actual: readonly string[], wanted: readonly string[], where: string): Verdict => {
  const missing = wanted.filter((item) => !actual.includes(item))
  return missing.length === 0
    ? pass(actual)
    : fail({ missing, found: actual }, `all of ${wanted.join(', ')}`, where)
}

/** Nothing beyond what is allowed; the failure lists what is too much. */
export const within = (actual: readonly string[], allowed: readonly string[], where: string): Verdict => {
  const extra = actual.filter((item) => !allowed.includes(item))
  return extra.length === 0
    ? pass(actual)
    : fail(extra, allowed.length === 0 ? 'nothing' : `nothing beyond ${allowed.join(', ')}`, where)
}

/** Nothing was found that should not be; `wanted` says so in words. */
export const none = (found: readonly unknown[], wanted: string, where: string): Verdict =>
  found.length === 0 ? pass() : fail(found, wanted, where)
