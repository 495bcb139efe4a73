import { text } from '../lib/exec.ts'
import { absent } from './absent.ts'
import { fact } from './fact.ts'
import { lines } from './text.ts'

export interface Uname {
  readonly system: string
  readonly hostname: string
  /** Of the running kernel, e.g. `6.12.40-64.114.amzn2023.x86_64`. */
  readonly release: string
  readonly version: string
  /** `x86_64`, `aarch64`. */
  readonly machine: string
}

/** The running kernel. */
export const uname = fact({
  probe: 'uname -s; uname -n; uname -r; uname -v; uname -m',
  version: 1,
  parse: (raw): Uname => {
    const [system, hostname, release, version, machine] = lines(text(raw.stdout))
    if (!system || hostname === undefined || !release || version === undefined || !machine)
      throw absent('the kernel', raw)
    return { system, hostname, release, version, machine }
  },
})
