import { text } from '../lib/exec.ts'
import { absent, cannotShow, noSuchCommand } from './absent.ts'
import { fact } from './fact.ts'
import { lines, record } from './text.ts'

/**
 * The configuration that sshd would run with, by keyword in lower case (`sshd -T`): files, drop-ins, matches and the defaults of the
 * build in one. A keyword that is printed several times has all its values, joined by line ends.
 */
export const sshd = fact({
  probe: 'PATH=$PATH:/usr/sbin:/sbin; sshd -T -C user=root,host=localhost,addr=127.0.0.1',
  version: 1,
  parse: (raw): Readonly<Record<string, string>> => {
    if (raw.exitCode === noSuchCommand) throw cannotShow('the configuration of sshd', 'sshd is not installed')
    if (raw.exitCode !== 0) throw absent('the configuration of sshd', raw)
    const settings = new Map<string, string>()
    for (const line of lines(text(raw.stdout))) {
      const [, keyword = '', value = ''] = /^(\S+)\s?(.*)$/.exec(line) ?? []
      const earlier = settings.get(keyword)
      settings.set(keyword, earlier === undefined ? value : `${earlier}\n${value}`)
    }
    return record(settings)
  },
})
