/** When the statement is true: of the image before any boot, after boot, after the node was configured to join. */
export type Phase = 'image' | 'boot' | 'join'

/** What a target must really have before a rule can be proved on it. Declared by the target, measured on the node. */
export type Capability =
  | 'systemd'
  | 'cgroup2'
  | 'kernel'
  | 'modules'
  | 'boot'
  | 'selinux'
  | 'imds'
  | 'network'
  | 'instance-store'
  | 'kubelet'
  | 'gpu'

/** How bad a failure is. */
export type Severity = 'low' | 'medium' | 'high' | 'critical'

/** A control of a framework, e.g. `{ framework: 'cis-eks-1.8.0', id: '3.2.1' }` or `{ framework: 'trace', id: 'PR-A14' }`. */
export interface ControlRef {
  readonly framework: string
  readonly id: string
}

/** What is true on a good node, without the means to find out. */
export interface Rule {
  /** `subject/what-must-hold`; permanent once released, because waivers and dashboards name it. */
  readonly id: `${string}/${string}`
  /** The sentence that is true on a good node. */
  readonly title: string
  readonly phase: Phase
  readonly severity: Severity
  /** Suites that this rule belongs to. */
  readonly tags: readonly string[]
  readonly controls?: readonly ControlRef[]
  /** Whom a failure condemns. Default image; an ECC error condemns the instance, not the AMI. */
  readonly about?: 'image' | 'instance'
  readonly needs?: readonly Capability[]
  /** What the reader of a red report should do next. */
  readonly fix: string
}

/** What deciding a rule can end in. `fail` always says what was found and what was expected. */
export type Outcome =
  | { readonly status: 'pass'; readonly actual?: unknown }
  | { readonly status: 'fail'; readonly actual: unknown; readonly expected: unknown; readonly where?: string }
  /** A human must look. */
  | { readonly status: 'manual'; readonly reason: string }
  /** By the spec, never by what was found. */
  | { readonly status: 'notApplicable'; readonly reason: string }
  /** This target, or this old evidence, cannot show it. */
  | { readonly status: 'unproven'; readonly reason: string }
  /** Could not be decided. */
  | { readonly status: 'error'; readonly message: string }

/** How a result ended. */
export type Status = Outcome['status']

/** Every status, in the order in which reports list them. */
export const statuses = [
  'fail',
  'error',
  'unproven',
  'manual',
  'notApplicable',
  'pass',
] as const satisfies readonly Status[]

/** Every severity, worst first. */
export const severities = ['critical', 'high', 'medium', 'low'] as const satisfies readonly Severity[]

/** The part of the evidence that a result rests on. */
export interface Citation {
  readonly probe: string
  readonly sha256: string
  /** The head of what the probe printed: bounded, stripped of control characters. */
  readonly excerpt: string
}

/** An accepted failure. Names a check or a control; never changes a status. */
export interface Waiver {
  readonly check?: string
  readonly control?: ControlRef
  readonly reason: string
  readonly owner: string
  /** The last day (UTC, YYYY-MM-DD) on which it excuses. */
  readonly until?: string
  /** For a shipped conflict instead of `until`; then `compensatedBy` names the check that has to pass. */
  readonly reviewBy?: string
  readonly compensatedBy?: string
  readonly scope?: {
    readonly variant?: string
    readonly arch?: string
    /** A Kubernetes minor, e.g. `1.35`. */
    readonly kubernetes?: string
    readonly instanceType?: string
  }
}

/** A rule and its outcome, with the evidence it rests on. */
export type Result = {
  readonly rule: Rule
  readonly evidence: readonly Citation[]
  readonly waiver?: Waiver
} & Outcome
