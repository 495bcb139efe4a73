import { standingOf } from './counts.ts'
import type { Report, ReportVerdict, Subject, Undecided } from './report.ts'

/** How strictly a report is read; what is left out is as the report's own run had it. */
export interface Judging {
  /** An unproven rule leaves its subject undecided. */
  readonly requireProof?: boolean
  /** A spec inferred from the node itself is trusted. */
  readonly acceptInferred?: boolean
}

type Judged = Pick<Report, 'subjects' | 'run'>

/** What a run proved. A pure function of what is in the report. */
export const verdictOf = (report: Judged, judging: Judging = {}): ReportVerdict => {
  const failed = report.subjects.reduce((sum, subject) => sum + failuresOf(subject), 0)
  const undecided =
    report.subjects.length === 0
      ? [{ why: 'nothing-evaluated' as const, subject: '', message: 'no node was examined' }]
      : report.subjects.flatMap((subject) => undecidedOf(subject, report.run.acceptInferred, judging))
  return { status: statusOf(report, failed, undecided), failed, undecided }
}

/**
 * 1: a failure of the image that nobody accepted stands. Else 3: what was asked for is impossible. Else 2: something could not be
 * decided. Else 0. 130, before all of them: the run was interrupted.
 */
export const exitCodeOf = (report: Judged, judging: Judging = {}): 0 | 1 | 2 | 3 | 130 => {
  const { status } = verdictOf(report, judging)
  switch (status) {
    case 'pass':
      return 0
    case 'fail':
      return 1
    case 'undecided':
      return 2
    case 'impossible':
      return 3
    case 'interrupted':
      return 130
    default:
      return status satisfies never
  }
}

const statusOf = (
  report: Judged,
  failed: number,
  undecided: readonly Undecided[],
): ReportVerdict['status'] => {
  if (report.run.interrupted) return 'interrupted'
  if (failed > 0) return 'fail'
  if (report.subjects.some(({ phases }) => phases.some(({ kind }) => kind === 'usage' || kind === 'config')))
    return 'impossible'
  return undecided.length > 0 ? 'undecided' : 'pass'
}

const failuresOf = ({ results, phases }: Subject): number =>
  results.filter((result) => standingOf(result) === 'fail' && result.rule.about !== 'instance').length +
  phases.filter(({ status, blame }) => status === 'failed' && blame === 'image').length

const undecidedOf = (subject: Subject, acceptInferred: boolean, judging: Judging): readonly Undecided[] => {
  const { id, phases, results } = subject
  const count = (chosen: (result: Subject['results'][number]) => boolean) => results.filter(chosen).length
  const errors = count(({ status }) => status === 'error')
  const ofInstance = count((one) => standingOf(one) === 'fail' && one.rule.about === 'instance')
  const unproven = count(({ status }) => status === 'unproven')
  const decided = count(({ status }) => status === 'pass' || status === 'fail')
  const because = (when: boolean, why: Undecided['why'], message: string): Undecided[] =>
    when ? [{ why, subject: id, message }] : []
  return [
    ...phases
      .filter(({ status, blame }) => status === 'failed' && blame !== 'image')
      .flatMap(({ name, message }) =>
        because(true, 'phase', `${name} failed: ${message ?? 'no reason given'}`),
      ),
    ...because(errors > 0, 'error', `${rules(errors)} could not be decided`),
    ...because(ofInstance > 0, 'instance', `${rules(ofInstance)} failed for the instance, not for its image`),
    ...because(
      unproven > 0 && (judging.requireProof ?? subject.requireProof),
      'unproven',
      `${rules(unproven)} could not be proved here, and proof is required`,
    ),
    ...because(decided === 0, 'nothing-evaluated', 'no rule was evaluated'),
    ...because(
      subject.specOrigin === 'node' && !(judging.acceptInferred ?? acceptInferred),
      'inferred-spec',
      'what the node was meant to be was inferred from the node itself (--spec FILE, or --accept-inferred)',
    ),
  ]
}

const rules = (count: number): string => (count === 1 ? '1 rule' : `${count} rules`)
