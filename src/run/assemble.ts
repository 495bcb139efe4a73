import { troubleshooting } from '../report/troubleshoot.ts'
import { controlsOf, countsOf } from '../result/counts.ts'
import type { Report, Subject } from '../result/report.ts'
import type { Rule, Waiver } from '../result/result.ts'
import { verdictOf } from '../result/verdict.ts'
import { waive } from './waive.ts'

export interface Examined {
  readonly version: string
  readonly run: Report['run']
  readonly subjects: readonly Subject[]
  readonly waivers: readonly Waiver[]
  /** Every rule that exists, chosen or not. */
  readonly rules: readonly Pick<Rule, 'id' | 'controls'>[]
}

/** The report of what was examined. Waivers count as of the moment the run started. */
export const assemble = ({ version, run, subjects, waivers, rules }: Examined): Report => {
  const waived = waive(subjects, waivers, { rules, now: new Date(run.startedAt) })
  const advised = waived.subjects.map((subject): Subject => {
    const advice = troubleshooting(subject)
    return advice ? { ...subject, troubleshooting: advice } : subject
  })
  return {
    schema: 1,
    tool: { name: 'amiproof', version },
    run,
    subjects: advised,
    controls: controlsOf(waived.subjects),
    counts: countsOf(waived.subjects),
    waivers: waived.report,
    verdict: verdictOf({ run, subjects: waived.subjects }),
  }
}
