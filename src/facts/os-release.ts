import { text } from '../lib/exec.ts'
import { absent } from './absent.ts'
import { fact } from './fact.ts'
import { assignments } from './text.ts'

/** `/etc/os-release` by key, with shell quoting undone (os-release(5)). */
export const osRelease = fact({
  probe: 'cat /etc/os-release',
  version: 1,
  parse: (raw): Readonly<Record<string, string>> => {
    if (raw.exitCode !== 0) throw absent('/etc/os-release', raw)
    return assignments(text(raw.stdout))
  },
})
