import { text } from '../lib/exec.ts'
import { absent, noSuchCommand } from './absent.ts'
import { fact } from './fact.ts'

/** `Kubernetes v1.35.2-eks-…` as the kubelet prints it; undefined when it is not installed. */
export const kubeletVersion = fact({
  probe: 'kubelet --version',
  version: 1,
  parse: (raw): string | undefined => {
    if (raw.exitCode === noSuchCommand) return undefined
    if (raw.exitCode !== 0) throw absent('the version of the kubelet', raw)
    return text(raw.stdout).trim()
  },
})
