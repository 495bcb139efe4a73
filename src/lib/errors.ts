/** Who has to act: the person who asked, the image under test, the instance, AWS, or we ourselves. */
export type Blame = 'user' | 'image' | 'instance' | 'aws' | 'harness'

/**
 * The broad class of a failure, for code that branches.
 * `usage`: asked for something impossible. `config`: a file of the user's is wrong. `target`: the place could not be reached or booted.
 * `collect`: evidence did not arrive whole. `fact`: a probe's output could not be understood. `report`: reports could not be written.
 * `unproven`: this evidence cannot show it. `interrupted`: the run was told to stop. `bug`: ours.
 */
export type ErrorKind =
  | 'usage'
  | 'config'
  | 'target'
  | 'collect'
  | 'fact'
  | 'report'
  | 'unproven'
  | 'interrupted'
  | 'bug'

/** What code needs to know of a failure. */
export interface Failure {
  readonly kind: ErrorKind
  /** Stable and machine-readable, e.g. `engine-missing`. */
  readonly code: string
  /** What we were doing, e.g. `start the node container`. */
  readonly op: string
  readonly blame: Blame
  /** Whether the same call may succeed later. Default false. */
  readonly retryable?: boolean
  readonly cause?: unknown
}

/** The only error class: a sentence for a person (what we were doing, to what, what happened, what to do next) and fields for code. */
export class AmiproofError extends Error implements Failure {
  readonly kind: ErrorKind
  readonly code: string
  readonly op: string
  readonly blame: Blame
  readonly retryable: boolean

  constructor(message: string, failure: Failure) {
    super(message, failure.cause === undefined ? undefined : { cause: failure.cause })
    this.name = 'AmiproofError'
    this.kind = failure.kind
    this.code = failure.code
    this.op = failure.op
    this.blame = failure.blame
    this.retryable = failure.retryable ?? false
  }
}

/** The sentence of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
