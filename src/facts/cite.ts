import { createHash } from 'node:crypto'
import { text } from '../lib/exec.ts'
import type { Citation } from '../result/result.ts'
import { type Evidence, execOf } from './evidence.ts'

/** Characters of a probe's output that a citation quotes. */
const excerptLength = 400

/** Tabs and line ends stay; other control characters, and the bidirectional overrides that make text read as something else, become spaces. */
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/**
 * What a result rests on: for each probe named, the sha256 of its stdout as kept in the evidence, and its head.
 * A probe that printed nothing is quoted by its stderr. Probes that the evidence lacks are left out.
 */
export const cite = (evidence: Evidence, probes: readonly string[]): readonly Citation[] =>
  probes.flatMap((probe) => {
    const output = Object.hasOwn(evidence.probes, probe) ? evidence.probes[probe] : undefined
    if (!output) return []
    const { stdout, stderr } = execOf(output)
    const sha256 = createHash('sha256').update(stdout).digest('hex')
    return [{ probe, sha256, excerpt: excerpt(stdout.length > 0 ? stdout : stderr) }]
  })

/** Four bytes are the longest character in UTF-8, so this many bytes hold the excerpt whatever the script. */
const excerpt = (bytes: Uint8Array): string => {
  const head = [...text(bytes.subarray(0, excerptLength * 4)).replace(unprintable, ' ')]
  return head.length <= excerptLength && bytes.length <= excerptLength * 4
    ? head.join('')
    : `${head.slice(0, excerptLength).join('')}…`
}
