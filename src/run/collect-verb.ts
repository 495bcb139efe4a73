import { evidenceBytes } from '../facts/evidence.ts'
import { evidenceOf, oneTarget } from './one-target.ts'
import type { Verb } from './terminal.ts'
import { writeFileWhole } from './write-whole.ts'

/** `amiproof collect TARGET -o FILE`: the evidence, redacted, as `evidence:FILE` judges it. */
export const collectVerb: Verb = async (args, terminal) => {
  const { address, file, open } = await oneTarget('collect', args, terminal)
  const evidence = await evidenceOf(address, open)
  writeFileWhole(file, evidenceBytes(evidence))
  terminal.out(`${file}\n`)
  return 0
}
