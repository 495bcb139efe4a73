import type { Check, Node } from '../checks/check.ts'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { capped, oneLine, printable } from '../lib/printable.ts'
import { plain } from '../result/plain.ts'
import type { Capability, Citation, Outcome, Phase, Result, Rule } from '../result/result.ts'

/** What the evidence can show, apart from the facts themselves. */
export interface Showing {
  /** What the target said it could have. */
  readonly declared: readonly Capability[]
  readonly measured: Measured
  /** The moments of a node's life that the evidence was collected in or after. */
  readonly phases: readonly Phase[]
}

/** What was found to be there; or why that is not known, and what that makes of the rules that need something. */
export type Measured =
  | readonly Capability[]
  | { readonly unknown: string; readonly status: 'unproven' | 'error' }

/** Facts to hand to one check, and what it cited of them. */
export interface Reading {
  readonly facts: Node['facts']
  readonly cited: () => readonly Citation[]
}

/** Characters that a reason or message keeps. */
const sentence = 2_000

/**
 * Decides every check, in the order given. What the node was meant to be settles what applies; what the target can show settles
 * what can be proved; a check that throws is an error, and neither a failure nor a pass.
 */
export const evaluate = (
  checks: readonly Check[],
  node: Node,
  showing: Showing,
  read: (facts: Node['facts']) => Reading,
): readonly Result[] =>
  checks.map((check): Result => {
    const rule = ruleOf(check)
    const reading = read(node.facts)
    const outcome =
      outOfScope(check, node) ??
      unshown(rule, showing) ??
      decide(check, { spec: node.spec, facts: reading.facts })
    return { rule, evidence: reading.cited(), ...outcome }
  })

const outOfScope = (check: Check, { spec }: Node): Outcome | undefined => {
  if (check.phase === 'join' && !spec.join)
    return { status: 'notApplicable', reason: 'the spec describes an image that is judged before it joins' }
  try {
    if (check.applies === undefined || check.applies(spec)) return undefined
  } catch (error) {
    return { status: 'error', message: `whether it applies could not be decided: ${brief(messageOf(error))}` }
  }
  return {
    status: 'notApplicable',
    reason: check.unless ? brief(check.unless) : 'the spec does not call for it',
  }
}

const moments: Readonly<Record<Phase, string>> = {
  image: 'of the image before it boots',
  boot: 'after the node booted',
  join: 'after the node was configured to join',
}

const unshown = ({ phase, needs = [] }: Rule, showing: Showing): Outcome | undefined => {
  if (!showing.phases.includes(phase))
    return { status: 'unproven', reason: `the evidence was not collected ${moments[phase]}` }
  const undeclared = needs.filter((one) => !showing.declared.includes(one))
  if (undeclared.length > 0)
    return { status: 'unproven', reason: `this target cannot show ${named(undeclared)}` }
  const { measured } = showing
  if ('unknown' in measured) {
    const message = brief(`whether this target has ${needs.join(', ')} is not known: ${measured.unknown}`)
    if (needs.length === 0) return undefined
    return measured.status === 'error'
      ? { status: 'error', message }
      : { status: 'unproven', reason: message }
  }
  const unmeasured = needs.filter((one) => !measured.includes(one))
  if (unmeasured.length > 0)
    return { status: 'unproven', reason: `this target could show ${named(unmeasured)}, but does not` }
  return undefined
}

/** What each capability lets a target show. */
const shown: Readonly<Record<Capability, string>> = {
  systemd: 'systemd as PID 1',
  cgroup2: 'control groups of version 2, which are the host kernel’s to give',
  kernel: 'a kernel of its own',
  modules: 'kernel modules of its own',
  boot: 'a boot of its own',
  selinux: 'SELinux of its own',
  imds: 'the instance metadata service',
  network: 'a network',
  'instance-store': 'instance store disks',
  kubelet: 'a kubelet: none is installed',
  gpu: 'a GPU',
}

const named = (capabilities: readonly Capability[]): string =>
  capabilities.map((one) => `${shown[one]} (${one})`).join(' and ')

const decide = (check: Check, node: Node): Outcome => {
  try {
    return bounded(check.verify(node))
  } catch (error) {
    return error instanceof AmiproofError && error.kind === 'unproven'
      ? { status: 'unproven', reason: brief(error.message) }
      : { status: 'error', message: brief(messageOf(error)) }
  }
}

/** Checks come from users too: what is no verdict is an error, never a pass. */
const bounded = (verdict: unknown): Outcome => {
  const said: Readonly<Record<string, unknown>> =
    typeof verdict === 'object' && verdict !== null ? { ...verdict } : {}
  switch (said.status) {
    case 'pass':
      return 'actual' in said ? { status: 'pass', actual: plain(said.actual) } : { status: 'pass' }
    case 'fail':
      return {
        status: 'fail',
        actual: plain(said.actual),
        expected: plain(said.expected),
        ...(typeof said.where === 'string' ? { where: oneLine(capped(said.where, sentence)) } : {}),
      }
    case 'manual':
      return { status: 'manual', reason: brief(String(said.reason ?? 'a person has to look')) }
    default:
      return { status: 'error', message: 'the check returned no verdict: expected pass, fail or manual' }
  }
}

const ruleOf = ({ applies, unless, verify, ...rule }: Check): Rule => ({
  ...rule,
  title: oneLine(rule.title),
  fix: printable(rule.fix),
})

const brief = (text: string): string => capped(printable(text), sentence)
