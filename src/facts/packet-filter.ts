import { text } from '../lib/exec.ts'
import { absent, cannotShow, noSuchCommand } from './absent.ts'
import { fact } from './fact.ts'
import { lines, record } from './text.ts'

export interface PacketFilter {
  /** What happens to a packet that no rule of a chain decides, e.g. `FORWARD`: `ACCEPT`. */
  readonly policies: Readonly<Record<string, string>>
  /** Rules in the words of `iptables -S`. */
  readonly rules: readonly string[]
}

/** The filter table of IPv4 as `iptables -S` prints it. */
export const packetFilter = fact({
  probe: 'PATH=$PATH:/usr/sbin:/sbin; iptables -w 5 -S',
  version: 1,
  parse: (raw): PacketFilter => {
    if (raw.exitCode === noSuchCommand) throw cannotShow('the packet filter', 'iptables is not installed')
    if (raw.exitCode !== 0) throw absent('the packet filter', raw)
    const said = lines(text(raw.stdout))
    return {
      policies: record(
        said.flatMap((line) => {
          const [, chain, policy] = /^-P (\S+) (\S+)$/.exec(line) ?? []
          return chain && policy ? [[chain, policy] as const] : []
        }),
      ),
      rules: said.filter((line) => line.startsWith('-A ')),
    }
  },
})
