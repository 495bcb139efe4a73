import { settle } from './config.ts'
import { parseFlags, usage } from './flags.ts'
import { reap } from './reap.ts'
import type { Verb } from './terminal.ts'
import { sweepPartialReports } from './write-reports.ts'

/** `amiproof reap`: ends what earlier runs left behind, and says what that was. */
export const reapVerb: Verb = async (args, terminal) => {
  const { positionals } = parseFlags('reap', args, {})
  if (positionals.length > 0) throw usage('reap', 'it takes no arguments')
  const reports = sweepPartialReports(settle({}, terminal.env, terminal.cwd).out)
  const ended = await reap({ env: terminal.env, now: terminal.now() })
  terminal.out([...reports, ...ended].map((line) => `${line}\n`).join('') || 'nothing was left behind\n')
  return 0
}
