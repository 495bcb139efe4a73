/** What a verb may touch of the process it runs in. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Version of amiproof. */
  readonly version: string
  readonly now: () => Date
  /** Results. */
  readonly out: (text: string) => void
  /** Progress and logs. */
  readonly err: (text: string) => void
  readonly outIsTty: boolean
  readonly errIsTty: boolean
}

/** A verb of the command line: its arguments, and the exit code it ends with. */
export type Verb = (args: readonly string[], terminal: Terminal) => Promise<number>

/** Whether colours are wanted: on a terminal, unless NO_COLOR says no or FORCE_COLOR says yes (no-color.org). */
export const wantsColor = ({ env, outIsTty }: Terminal): boolean =>
  env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : outIsTty && !env.NO_COLOR && env.TERM !== 'dumb'
