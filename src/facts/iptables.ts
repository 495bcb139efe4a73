import { text } from '../lib/exec.ts'
import { absent, noSuchCommand } from './absent.ts'
import { fact } from './fact.ts'
import { lines } from './text.ts'

export interface Iptables {
  /** e.g. `1.8.11`. */
  readonly version: string
  /** What `iptables` is here. Before 1.8 there was only legacy, and nothing said so. */
  readonly flavour: 'nft' | 'legacy'
  /** Tables of the legacy kernel API that are in use, IPv4 and IPv6: leftovers when the flavour is nft. */
  readonly legacyTables: readonly string[]
}

/** undefined when iptables is not installed. */
export const iptables = fact({
  probe: `for t in ip ip6; do [ -r /proc/net/\${t}_tables_names ] && sed "s/^/$t /" /proc/net/\${t}_tables_names; done
iptables -V`,
  version: 1,
  parse: (raw): Iptables | undefined => {
    if (raw.exitCode === noSuchCommand) return undefined
    const rows = lines(text(raw.stdout))
    const [, version, flavour = 'legacy'] = /iptables v(\S+)(?: \((\S+)\))?/.exec(rows.at(-1) ?? '') ?? []
    if (!version) throw absent('the flavour of iptables', raw)
    const legacyTables = rows.filter((row) => /^ip6? /.test(row))
    return { version, flavour: flavour === 'nf_tables' ? 'nft' : 'legacy', legacyTables }
  },
})
