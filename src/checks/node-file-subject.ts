import type { Phase, Severity } from '../result/result.ts'

/** One thing on the node that is made of one file, or of several of a kind. What it holds is for the renderers to say. */
export interface Subject {
  readonly slug: string
  readonly path: string | RegExp
  /** As a sentence calls it. */
  readonly name: string
  readonly title: string
  readonly phase: Phase
  readonly severity: Severity
  readonly accessSeverity?: Severity
  readonly trace: readonly string[]
  readonly accessTrace?: readonly string[]
  readonly writer: 'the image build' | 'nodeadm'
  readonly fix: string
  /** True: the build adds what the spec cannot know. */
  readonly mayHoldMore?: true
}

type Given = Omit<Subject, 'phase' | 'writer' | 'name' | 'fix'> & {
  readonly name?: string
  readonly fix?: string
}

const of = (phase: Phase, writer: Subject['writer'], given: Given): Subject => ({
  ...given,
  phase,
  writer,
  name: given.name ?? String(given.path),
  fix: given.fix ?? `Let ${writer} write the file again from the spec, and see who changed it since.`,
})

export const baked = (given: Given): Subject => of('image', 'the image build', given)
export const joined = (given: Given): Subject => of('join', 'nodeadm', given)
