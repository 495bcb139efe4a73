/** What a command left behind. A non-zero exit is an answer, not an exception. */
export interface Exec {
  /** null: killed by the timeout. */
  readonly exitCode: number | null
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
  readonly timedOut: boolean
  /** True when stdout or stderr was cut at a bound. */
  readonly truncated: boolean
  readonly durationMs: number
}

const decoder = new TextDecoder()

/** The text of an output; invalid UTF-8 becomes U+FFFD. */
export const text = (bytes: Uint8Array): string => decoder.decode(bytes)
