import type { Exec } from '../lib/exec.ts'

/** A probe and the parser that gives its output meaning. */
export interface Fact<T> {
  /** Shell run on the node: POSIX sh, read-only, bounded, no TTY. */
  readonly probe: string
  /** Raised whenever the probe's output changes shape; evidence of another version leaves the readers `unproven`. */
  readonly version: number
  /** Milliseconds before the probe is killed. Default 10,000. */
  readonly timeoutMs?: number
  /** Bytes of stdout kept. Default 1 MiB. */
  readonly maxBytes?: number
  /** True: only collected when a suite asks for it. */
  readonly slow?: true
  /** With `slow`: the suites that ask for it. */
  readonly suites?: readonly string[]
  /** True: `parse` copes with cut output and with a killed probe. Without it, both are errors of the fact's readers. */
  readonly partial?: true
  readonly parse: (raw: Exec) => T
}

export const fact = <T>(definition: Fact<T>): Fact<T> => definition

/** Milliseconds a probe may take unless its fact says otherwise. */
export const defaultTimeoutMs = 10_000
/** Bytes of a probe's stdout that are kept unless its fact says otherwise. */
export const defaultMaxBytes = 1024 * 1024
