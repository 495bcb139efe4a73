import { text } from '../lib/exec.ts'
import { absent } from './absent.ts'
import { fact } from './fact.ts'
import { assignments } from './text.ts'

/**
 * `/etc/eks/release` by key (BASE_AMI_ID, BUILD_TIME, BUILD_KERNEL, ARCH); undefined when the image has none.
 * BUILD_TIME is what date(1) printed in the locale of the build, and stays as it is.
 */
export const eksRelease = fact({
  probe: 'if [ -e /etc/eks/release ]; then cat /etc/eks/release; else exit 44; fi',
  version: 1,
  parse: (raw): Readonly<Record<string, string>> | undefined => {
    if (raw.exitCode === 44) return undefined
    if (raw.exitCode !== 0) throw absent('/etc/eks/release', raw)
    return assignments(text(raw.stdout))
  },
})
