import type { Check } from '../checks/check.ts'
import { type Evidence, evidenceSha256 } from '../facts/evidence.ts'
import { cite, readFacts, trackReads } from '../facts/index.ts'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import type { Subject } from '../result/report.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { evaluate, type Measured } from './evaluate.ts'
import { inferSpec } from './infer-spec.ts'
import { recordedVersions } from './recorded-versions.ts'

/** What judging adds to a subject. A pure function of evidence, spec and checks: judged again, the same comes out. */
export type Judged = Pick<
  Subject,
  'spec' | 'specOrigin' | 'capabilities' | 'evidenceSha256' | 'versions' | 'results'
>

/** Judges evidence against what the node was meant to be; without a spec, against what the node's own records say it is. */
export const judge = (evidence: Evidence, given: NodeSpec | undefined, checks: readonly Check[]): Judged => {
  const facts = readFacts(evidence)
  const spec = given ?? inferSpec(facts)
  const measured = measure(facts)
  const results = evaluate(
    checks,
    { spec, facts },
    { declared: evidence.capabilities, measured, phases: ['image', 'boot', 'join'] },
    (all) => {
      const tracked = trackReads(all)
      return { facts: tracked.facts, cited: () => cite(evidence, tracked.reads()) }
    },
  )
  return {
    spec,
    specOrigin: spec.origin,
    capabilities: { declared: evidence.capabilities, measured: 'unknown' in measured ? [] : measured },
    evidenceSha256: evidenceSha256(evidence),
    versions: recordedVersions(facts),
    results,
  }
}

/** Where the probe behind the capabilities broke, only the rules that need some are spoiled. */
const measure = (facts: ReturnType<typeof readFacts>): Measured => {
  try {
    return facts.capabilities
  } catch (error) {
    const isOld = error instanceof AmiproofError && error.kind === 'unproven'
    return { unknown: messageOf(error), status: isOld ? 'unproven' : 'error' }
  }
}
