/**
 * One thing a linter found in a text. `line` and `column` count from 1, columns in UTF-16 units, as editors and compilers print them.
 * `message` says what is wrong and what it does to the node; `fix` says what to write instead.
 */
export interface Finding {
  /** `subject/what-is-wrong`, permanent: suppressions and dashboards name it. */
  readonly rule: string
  readonly severity: 'error' | 'warning' | 'info'
  readonly line: number
  readonly column: number
  readonly message: string
  readonly fix: string
}
