import { once } from '../lib/lazy.ts'
import type { ControlResult, Counts, Subject, Tally } from './report.ts'
import { type Result, type Severity, type Status, statuses } from './result.ts'

/** What a result counts as: its status, or `waived` for a failure that somebody accepted. */
export const standingOf = (result: Result): Status | 'waived' =>
  result.status === 'fail' && result.waiver ? 'waived' : result.status

/** Every way to be counted, worst first: the order in which reports list them. */
export const standings = ['fail', 'error', 'waived', ...statuses.slice(2)] as const satisfies readonly (
  | Status
  | 'waived'
)[]

const tally = (results: readonly Result[]): Tally => {
  const counted: Record<Status | 'waived', number> = {
    fail: 0,
    error: 0,
    waived: 0,
    unproven: 0,
    manual: 0,
    notApplicable: 0,
    pass: 0,
  }
  for (const result of results) counted[standingOf(result)]++
  return counted
}

/** Counts of everything that was judged. Each tally sums to the number of results it was made from. */
export const countsOf = (subjects: readonly Pick<Subject, 'results' | 'phases'>[]): Counts => {
  const results = subjects.flatMap((subject) => subject.results)
  const phases = { ok: 0, failed: 0, skipped: 0 }
  for (const phase of subjects.flatMap((subject) => subject.phases)) phases[phase.status]++
  const of = (severity: Severity): Tally => tally(results.filter(({ rule }) => rule.severity === severity))
  return {
    total: results.length,
    byStatus: tally(results),
    bySeverity: { critical: of('critical'), high: of('high'), medium: of('medium'), low: of('low') },
    phases,
  }
}

/** Compares identifiers as a reader does: `3.2.10` after `3.2.9`, the same in every locale. */
export const byReading = (a: string, b: string): number => reader().compare(a, b)

const reader = once(() => new Intl.Collator('en', { numeric: true }))

/** What every control that some rule names came to; sorted by framework and control. */
export const controlsOf = (subjects: readonly Pick<Subject, 'results'>[]): readonly ControlResult[] => {
  const results = subjects.flatMap((subject) => subject.results)
  const named = results.flatMap((result) => (result.rule.controls ?? []).map((ref) => ({ ref, result })))
  return [...Map.groupBy(named, ({ ref }) => JSON.stringify([ref.framework, ref.id])).values()]
    .flatMap((members): ControlResult[] => {
      const [first] = members
      const status = standings.find((one) => members.some(({ result }) => standingOf(result) === one))
      if (!first || !status) return []
      const checks = [...new Set(members.map(({ result }) => result.rule.id))].sort(byReading)
      return [{ framework: first.ref.framework, id: first.ref.id, status, checks }]
    })
    .sort((a, b) => byReading(a.framework, b.framework) || byReading(a.id, b.id))
}
