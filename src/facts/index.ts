import type { Probed } from './catalogue.ts'
import type { derived } from './derived.ts'

export { type Probed, probes } from './catalogue.ts'
export { cite } from './cite.ts'
export { derived } from './derived.ts'
export { type Evidence, evidenceBytes, execOf, type ProbeOutput, parseEvidence } from './evidence.ts'
export { readFacts, trackReads } from './read.ts'

/** Everything that is known of a node: parsed probes, and what follows from them. Each is parsed when it is first read. */
export type Facts = Probed & {
  readonly [K in keyof typeof derived]: ReturnType<(typeof derived)[K]['from']>
}
