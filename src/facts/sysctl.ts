import { text } from '../lib/exec.ts'
import { fact } from './fact.ts'

/** Run-time kernel parameters, as the node said them: `'1'`, never `1`. */
export const sysctl = fact({
  probe: 'sysctl -a 2>/dev/null',
  version: 1,
  parse: ({ stdout }): Readonly<Record<string, string>> =>
    Object.fromEntries(
      text(stdout)
        .split('\n')
        .flatMap((line) => {
          const at = line.indexOf(' = ')
          return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 3)] as const]
        }),
    ),
})
