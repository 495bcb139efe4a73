import { text } from '../lib/exec.ts'
import { absent } from './absent.ts'
import { fact } from './fact.ts'
import { lines, record } from './text.ts'

/**
 * Run-time kernel parameters, as the node said them: `'1'`, never `1`. Read from /proc/sys, because sysctl(8) is not on every node.
 * Names are spelt as sysctl(8) prints them: dots between, and `/` where the file's own name has a dot (`net.ipv4.conf.eth0/100.rp_filter`).
 * A parameter of several lines (`dev.cdrom.info`) keeps them. grep ends with 2 because some parameters can only be written.
 */
export const sysctl = fact({
  probe: "grep -rs '' /proc/sys",
  version: 2,
  maxBytes: 2 * 1024 * 1024,
  parse: (raw): Readonly<Record<string, string>> => {
    const values = new Map<string, string>()
    for (const line of lines(text(raw.stdout))) {
      const found = /^\/proc\/sys\/([^:]+):(.*)$/.exec(line)
      if (!found) continue
      const name = (found[1] ?? '').replace(/[./]/g, (mark) => (mark === '/' ? '.' : '/'))
      const before = values.get(name)
      values.set(name, before === undefined ? (found[2] ?? '') : `${before}\n${found[2]}`)
    }
    if (values.size === 0) throw absent('the kernel parameters', raw)
    return record(values)
  },
})
