import type { Vector } from './vectors.ts'

/** A difference from the oracle that is meant: a predicate on a vector's input, never on its id, and the upstream line that it answers. */
export interface Explanation {
  readonly why: string
  /** Path and function in amazon-eks-ami at 81fec2e8, or in the project named. */
  readonly upstream: string
  readonly applies: (vector: Vector) => boolean
}

/** At most ten. */
export const explanations: readonly Explanation[] = []
