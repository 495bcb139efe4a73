import type { Exec } from '../lib/exec.ts'
import type { Capability } from '../result/result.ts'

export interface ExecOptions {
  /** Milliseconds; then the whole process tree is killed and the result says `timedOut`. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** A place that can run a shell script. */
export interface Target extends AsyncDisposable {
  /** As the operator wrote it; names the subject in every report. */
  readonly address: string
  /** What it could have; probes measure what it really has. */
  readonly capabilities: readonly Capability[]
  /** Runs a POSIX shell script as root. Rejects only when the script could not be run at all. */
  exec(script: string, options?: ExecOptions): Promise<Exec>
}
