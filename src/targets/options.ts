import type { Owner } from './owner.ts'

/** What opening any target may need from the run. */
export interface OpenOptions {
  /** Whose the created things are; written on them before they exist. */
  readonly owner: Owner
  readonly env: Readonly<Record<string, string | undefined>>
  /** One line for the person who waits. */
  readonly progress?: (line: string) => void
  /** Ends an opening early; what was created by then is removed before the promise rejects. */
  readonly signal?: AbortSignal
  /** Milliseconds in which a node must have booted. Default 120,000. */
  readonly bootTimeoutMs?: number
  /** Bytes kept of stdout and of stderr each. Default 64 MiB. */
  readonly maxOutputBytes?: number
}
