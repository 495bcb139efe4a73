import { byReading } from '../result/counts.ts'
import type { Subject, WaiverReport } from '../result/report.ts'
import type { Result, Rule, Waiver } from '../result/result.ts'
import { isInScope, lastDayOf, namesRule } from '../result/waiver-match.ts'

/** What waivers are matched against: the rules that exist, chosen or not, and the day (UTC). */
export interface WaiverContext {
  readonly rules: readonly Pick<Rule, 'id' | 'controls'>[]
  readonly now: Date
}

type Judged = Pick<Subject, 'id' | 'spec' | 'results'>

/**
 * Puts waivers beside the failures they accept. A status never changes. A waiver excuses through the whole of its last day, UTC;
 * with `compensatedBy`, only on a node where that check passes. The first waiver that excuses a failure is the one shown beside it.
 */
export const waive = <S extends Judged>(
  subjects: readonly S[],
  waivers: readonly Waiver[],
  { rules, now }: WaiverContext,
): { readonly subjects: readonly S[]; readonly report: WaiverReport } => {
  const today = now.toISOString().slice(0, 10)
  const expired = waivers.filter((waiver) => lastDayOf(waiver) < today)
  const known = waivers.filter((waiver) => rules.some((rule) => namesRule(waiver, rule)))
  const uses = known.filter((waiver) => !expired.includes(waiver)).map((waiver) => useOf(waiver, subjects))

  const waiverOf = new Map<Result, Waiver>()
  for (const { waiver, excused } of uses.toReversed())
    for (const { result } of excused) waiverOf.set(result, waiver)
  const waived = subjects.map((subject) => ({
    ...subject,
    results: subject.results.map((result): Result => {
      const waiver = waiverOf.get(result)
      return waiver ? { ...result, waiver } : result
    }),
  }))
  const only = (chosen: (use: Use) => boolean) => uses.filter(chosen).map(({ waiver }) => waiver)
  return {
    subjects: waived,
    report: {
      applied: uses.flatMap(({ waiver, excused }) =>
        [...Map.groupBy(excused, ({ subject }) => subject)].map(([subject, members]) => ({
          waiver,
          subject,
          checks: members.map(({ result }) => result.rule.id).sort(byReading),
        })),
      ),
      expired,
      unknown: waivers.filter((waiver) => !known.includes(waiver)),
      unused: only(({ touched }) => touched.length === 0),
      unneeded: only(({ touched }) => touched.length > 0 && touched.every(({ status }) => status === 'pass')),
      uncompensated: only(({ refused }) => refused),
    },
  }
}

interface Use {
  readonly waiver: Waiver
  /** Results that it names, on nodes in its scope, that apply there. */
  readonly touched: readonly Result[]
  readonly excused: readonly { readonly subject: string; readonly result: Result }[]
  /** It would have excused a failure, had its compensating check passed. */
  readonly refused: boolean
}

const useOf = (waiver: Waiver, subjects: readonly Judged[]): Use => {
  const places = subjects
    .filter(({ spec }) => isInScope(waiver, spec))
    .map(({ id, results }) => ({
      id,
      compensated: isCompensated(waiver, results),
      touched: results.filter(({ rule, status }) => namesRule(waiver, rule) && status !== 'notApplicable'),
    }))
  const failed = places.flatMap(({ id, compensated, touched }) =>
    touched.filter(({ status }) => status === 'fail').map((result) => ({ subject: id, compensated, result })),
  )
  return {
    waiver,
    touched: places.flatMap(({ touched }) => touched),
    excused: failed.filter(({ compensated }) => compensated),
    refused: failed.some(({ compensated }) => !compensated),
  }
}

const isCompensated = ({ compensatedBy }: Waiver, results: readonly Result[]): boolean =>
  compensatedBy === undefined ||
  results.some(({ rule, status }) => rule.id === compensatedBy && status === 'pass')
