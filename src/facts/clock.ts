import { text } from '../lib/exec.ts'
import { absent } from './absent.ts'
import { fact } from './fact.ts'

/** What time the node thinks it is, in seconds since 1970. */
export const clock = fact({
  probe: 'date -u +%s',
  version: 1,
  parse: (raw): number => {
    const said = text(raw.stdout).trim()
    if (!/^\d{1,11}$/.test(said)) throw absent('what time it is', raw)
    return Number(said)
  },
})
