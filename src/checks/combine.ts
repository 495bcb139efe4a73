import type { Verdict } from './check.ts'
import { fail, pass } from './verdict.ts'

/** Passes when every verdict does. One failure stands for itself; several are shown together, so that none hides another. */
export const all = (...verdicts: readonly Verdict[]): Verdict => {
  const failed = verdicts.filter((verdict) => verdict.status === 'fail')
  const [first, ...more] = failed
  if (first === undefined)
    return verdicts.find((verdict) => verdict.status === 'manual') ?? pass(shown(verdicts))
  if (more.length === 0) return first
  const places = failed.map(({ where }, i) => where ?? `${i + 1}`)
  const keyed = (value: (verdict: (typeof failed)[number]) => unknown) =>
    Object.fromEntries(failed.map((verdict, i) => [places[i] ?? '', value(verdict)]))
  return fail(
    keyed(({ actual }) => actual),
    keyed(({ expected }) => expected),
    [...new Set(places)].join('; '),
  )
}

const shown = (verdicts: readonly Verdict[]): unknown => {
  const actuals = verdicts.flatMap((verdict) =>
    verdict.status === 'pass' && verdict.actual !== undefined ? [verdict.actual] : [],
  )
  return actuals.length === 0 ? undefined : actuals.length === 1 ? actuals[0] : actuals
}

/** Judges every item. No item at all is a failure: nothing looked at is never fine. `what` names the items in the plural. */
export const each = <T>(
  items: readonly T[],
  what: string,
  where: string,
  judge: (item: T) => Verdict,
): Verdict =>
  items.length === 0 ? fail('none', `at least one of: ${what}`, where) : all(...items.map(judge))
