import type { Phase } from '../result/result.ts'

/** How the text is read back, so that files are compared by meaning and not by spelling. */
export type Format = 'toml' | 'json' | 'yaml' | 'unit' | 'ini' | 'sysctl' | 'env' | 'lines' | 'text'

/** What the spec puts on disk. */
export interface NodeFile {
  readonly path: string
  /** Four octal digits, e.g. `0644`. */
  readonly mode: string
  /** `user:group`. */
  readonly owner: string
  readonly text: string
  readonly format: Format
  /** `image`: baked in. `boot`, `join`: written on the instance. */
  readonly phase: Phase
}
