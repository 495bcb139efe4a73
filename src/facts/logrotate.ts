import { text } from '../lib/exec.ts'
import { cannotShow, noSuchCommand } from './absent.ts'
import { fact } from './fact.ts'
import { lines } from './text.ts'

export interface Logrotate {
  readonly exitCode: number | null
  /** What it calls errors, as it printed them. */
  readonly errors: readonly string[]
  /** The patterns of log files that it would rotate. */
  readonly rotates: readonly string[]
}

/** What `logrotate -d` makes of the configuration: it reads everything and changes nothing. */
export const logrotate = fact({
  probe: 'PATH=$PATH:/usr/sbin:/sbin; logrotate -d /etc/logrotate.conf 2>&1',
  version: 1,
  parse: (raw): Logrotate => {
    if (raw.exitCode === noSuchCommand) throw cannotShow('how logs are rotated', 'logrotate is not installed')
    const said = lines(text(raw.stdout))
    return {
      exitCode: raw.exitCode,
      errors: said.filter(
        (line) => /^(error|warning):/i.test(line) && !/^warning: logrotate in debug mode/.test(line),
      ),
      rotates: said.flatMap((line) => /^rotating pattern: (\S+)/.exec(line)?.[1] ?? []),
    }
  },
})
