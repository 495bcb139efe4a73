import type { Result } from '../result/result.ts'
import { reasonOf } from './show.ts'

/** Results by why they are what they are, in the order given: one broken cause leaves many rules undecided, and is said once. */
export const byReason = (results: readonly Result[]): readonly (readonly [Result, ...Result[]])[] =>
  [...Map.groupBy(results, (result) => reasonOf(result, Number.POSITIVE_INFINITY)).values()].flatMap(
    ([first, ...others]) => (first ? [[first, ...others] as const] : []),
  )
