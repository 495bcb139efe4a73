import type { Blame, ErrorKind } from '../lib/errors.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import type { Capability, ControlRef, Result, Severity, Status, Waiver } from './result.ts'

/** A step of the run on one subject: open, settle, collect, judge, close. Its failure is part of the report, never lost. */
export interface RunPhase {
  readonly name: string
  readonly status: 'ok' | 'failed' | 'skipped'
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly durationMs: number
  /** Why it failed or was skipped: one sentence. */
  readonly message?: string
  /** Who has to act on a failure. */
  readonly blame?: Blame
  /** The failure's stable code, e.g. `engine-missing`. */
  readonly code?: string
  readonly kind?: ErrorKind
}

/** What the image says it was made of: a version, and the hash of what was installed. */
export interface RecordedVersion {
  readonly version: string
  readonly sha256?: string
}

/** What to type on a node that failed. */
export interface Troubleshooting {
  /** How to get a shell there, in the order of typing; empty when nobody knows where the node is. */
  readonly enter: readonly string[]
  /** As root on the node; `shows` says what to look for. */
  readonly commands: readonly { readonly run: string; readonly shows: string }[]
}

/** One node, and everything that was found out about it. */
export interface Subject {
  /** Unique in its report and stable across runs. */
  readonly id: string
  /** As the operator wrote it: `docker:IMAGE`, `evidence:FILE`. */
  readonly address: string
  /** Known once the node runs: the host name of the place, an instance id. */
  readonly host?: string
  /** null: the run ended before the spec was known. */
  readonly spec: NodeSpec | null
  /** `node`: inferred from the node's own records. */
  readonly specOrigin: NodeSpec['origin'] | null
  /** Whether an unproven rule leaves this subject undecided. */
  readonly requireProof: boolean
  readonly capabilities: {
    readonly declared: readonly Capability[]
    readonly measured: readonly Capability[]
  }
  /** Of the evidence that was judged; null: there is none. */
  readonly evidenceSha256: string | null
  readonly versions: Readonly<Record<string, RecordedVersion>>
  readonly phases: readonly RunPhase[]
  /** Only where something failed or could not be decided. */
  readonly troubleshooting?: Troubleshooting
  readonly results: readonly Result[]
}

/** How a result is counted: by status, except that an accepted failure stands apart from the failures that are not. */
export type Tally = Readonly<Record<Status | 'waived', number>>

/** Every tally adds up to its total: what was judged is the denominator, and nothing leaves it. */
export interface Counts {
  readonly total: number
  readonly byStatus: Tally
  readonly bySeverity: Readonly<Record<Severity, Tally>>
  readonly phases: Readonly<Record<RunPhase['status'], number>>
}

/** What the checks of one control came to, over all subjects: the worst of them. */
export interface ControlResult extends ControlRef {
  readonly status: Status | 'waived'
  readonly checks: readonly string[]
}

/** What became of every waiver. */
export interface WaiverReport {
  /** Accepted a failure. */
  readonly applied: readonly {
    readonly waiver: Waiver
    readonly subject: string
    readonly checks: readonly string[]
  }[]
  /** Past its last day: excuses nothing. */
  readonly expired: readonly Waiver[]
  /** Names no check and no control that this run knows. */
  readonly unknown: readonly Waiver[]
  /** Its scope, or the suites of this run, left it without a rule to accept. */
  readonly unused: readonly Waiver[]
  /** What it accepts passes now. */
  readonly unneeded: readonly Waiver[]
  /** Accepts nothing, because the check that has to compensate did not pass. */
  readonly uncompensated: readonly Waiver[]
}

/** Why a run cannot call its subject good, though it did not prove it bad. */
export interface Undecided {
  readonly why: 'error' | 'instance' | 'unproven' | 'phase' | 'nothing-evaluated' | 'inferred-spec'
  readonly subject: string
  readonly message: string
}

/** What a run came to, and what is left undecided. */
export interface ReportVerdict {
  readonly status: 'pass' | 'fail' | 'undecided' | 'impossible' | 'interrupted'
  /** Failures that condemn the image and that nobody accepted. */
  readonly failed: number
  readonly undecided: readonly Undecided[]
}

/** All subjects of a run with counts and verdict. */
export interface Report {
  readonly schema: 1
  readonly tool: { readonly name: 'amiproof'; readonly version: string }
  readonly run: {
    readonly id: string
    /** ISO 8601, UTC. */
    readonly startedAt: string
    readonly finishedAt: string
    /** As selected; empty: everything that is not slow. */
    readonly suites: readonly string[]
    readonly acceptInferred: boolean
    readonly interrupted: boolean
  }
  readonly subjects: readonly Subject[]
  readonly controls: readonly ControlResult[]
  readonly counts: Counts
  readonly waivers: WaiverReport
  readonly verdict: ReportVerdict
}
