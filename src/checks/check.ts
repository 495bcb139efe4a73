import type { Facts } from '../facts/index.ts'
import type { Outcome, Rule } from '../result/result.ts'
import type { NodeSpec } from '../spec/node-spec.ts'

/** A node as the checks see it: what it was meant to be, and what was found. Facts are lazy: a broken probe spoils only its readers. */
export interface Node {
  readonly spec: NodeSpec
  readonly facts: Facts
}

/** A check may pass, fail, or ask for a human. It can neither excuse itself nor report its own breakage. */
export type Verdict = Extract<Outcome, { status: 'pass' | 'fail' | 'manual' }>

/** A rule and how it is judged: whether it applies, by the spec alone, and what a node shows. */
export interface Check extends Rule {
  /** Sees the spec only: what the node was meant to be decides, never what was found on it. */
  readonly applies?: (spec: NodeSpec) => boolean
  /** Why it does not apply, when `applies` says no. One sentence. */
  readonly unless?: string
  readonly verify: (node: Node) => Verdict
}

/** A check, typed. Exporting it registers it. */
export const check = (definition: Check): Check => definition
