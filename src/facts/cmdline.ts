import { text } from '../lib/exec.ts'
import { absent } from './absent.ts'
import { fact } from './fact.ts'

/** The parameters that the kernel was booted with, in order: `audit=1`, `quiet`. Double quotes keep spaces, as in the kernel. */
export const cmdline = fact({
  probe: 'cat /proc/cmdline',
  version: 1,
  parse: (raw): readonly string[] => {
    if (raw.exitCode !== 0) throw absent('the kernel command line', raw)
    return (text(raw.stdout).match(/(?:"[^"]*"|[^\s"])+/g) ?? []).map((word) => word.replaceAll('"', ''))
  },
})
