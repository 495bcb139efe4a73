/** What the compiler says to people who write checks of their own: this file is compiled, not run. */
import { type Check, type Facts, type Node, pass, type Rule, type Verdict } from 'amiproof'

const good: Check = {
  id: 'ours/good',
  title: 'It is good',
  phase: 'image',
  severity: 'low',
  tags: ['ours'],
  fix: 'Make it good.',
  verify: ({ spec, facts }: Node): Verdict => pass([spec.image.kubernetes, facts.osRelease.ID]),
}

/** A check is a rule, and its facts are those of the catalogue. */
export const rule: Rule = good
export const kernel = (facts: Facts): string => facts.uname.release

export const wrong: readonly Check[] = [
  // @ts-expect-error: an id has a slash
  { ...good, id: 'good' },
  // @ts-expect-error: there are four severities
  { ...good, severity: 'urgent' },
  // @ts-expect-error: there are three phases
  { ...good, phase: 'later' },
  // @ts-expect-error: a capability is one of a list
  { ...good, needs: ['gpus'] },
  // @ts-expect-error: a field that is none is a typo
  { ...good, need: ['gpu'] },
  // @ts-expect-error: a verdict is none of the outcomes that a check cannot give itself
  { ...good, verify: () => ({ status: 'notApplicable', reason: 'no' }) },
  // @ts-expect-error: a check answers at once
  { ...good, verify: async () => pass() },
  // @ts-expect-error: there is no such fact
  { ...good, verify: ({ facts }: Node) => pass(facts.sysctls) },
  // @ts-expect-error: what was found does not decide what applies
  { ...good, applies: ({ facts }: Node) => facts.gpu !== undefined },
]
