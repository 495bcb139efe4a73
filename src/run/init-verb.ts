import { readFacts } from '../facts/index.ts'
import { inferSpec } from './infer-spec.ts'
import { evidenceOf, oneTarget } from './one-target.ts'
import type { Verb } from './terminal.ts'
import { writeFileWhole } from './write-whole.ts'

/** `amiproof init TARGET -o SPEC`: what a node seems to have been meant to be, to be read and corrected by a person. */
export const initVerb: Verb = async (args, terminal) => {
  const { address, file, open } = await oneTarget('init', args, terminal)
  const spec = inferSpec(readFacts(await evidenceOf(address, open)))
  writeFileWhole(file, `${JSON.stringify(spec, null, 2)}\n`)
  terminal.out(
    `${file}: inferred from the node itself. Read it, correct it, and set "origin" to "file": until then no gate ends better than undecided.\n`,
  )
  return 0
}
