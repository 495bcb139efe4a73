import type { Capability } from '../result/result.ts'

/** One probe's output as it is kept: text when it is valid UTF-8, base64 otherwise. */
export type Output = string | { readonly base64: string }

export interface ProbeOutput {
  readonly version: number
  /** null: killed by its timeout. */
  readonly exitCode: number | null
  readonly timedOut: boolean
  readonly truncated: boolean
  readonly durationMs: number
  readonly stdout: Output
  readonly stderr: Output
}

/** What all probes of one collection printed: redacted, plain data, replayable. */
export interface Evidence {
  readonly schema: 1
  /** Version of amiproof that collected it. */
  readonly collector: string
  /** The target's address. */
  readonly target: string
  /** ISO 8601, UTC. */
  readonly collectedAt: string
  readonly durationMs: number
  /** What the target declared it could have. */
  readonly capabilities: readonly Capability[]
  readonly probes: Readonly<Record<string, ProbeOutput>>
}
