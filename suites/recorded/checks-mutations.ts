import { globSync, readFileSync } from 'node:fs'
import { type Evidence, execOf, probeOutputOf } from '../../src/facts/evidence.ts'

/** A change to the bytes that a probe printed. Exactly one of `append`, `replace`, `file` and `timedOut` says which. */
interface Edit {
  readonly probe: string
  /** The whole output, of a probe that the recording need not have; it ended with 0. */
  readonly file?: string
  /** It was killed before it printed anything. */
  readonly timedOut?: true
  readonly append?: string
  /** A regular expression with the flags `gm`. */
  readonly replace?: string
  readonly by?: string
  readonly exitCode?: number
}

/** Changes after which certain checks pass, and further changes after which exactly these fail. */
export interface Mutations {
  readonly name: string
  readonly what: string
  readonly spec: unknown
  readonly good: readonly Edit[]
  readonly bad: readonly {
    readonly what: string
    readonly edits: readonly Edit[]
    readonly fails: readonly string[]
    /** What can no longer be decided, and must not look like a failure. */
    readonly errors?: readonly string[]
    /** What a failure has to say, by check: a part of what was found. */
    readonly says?: Readonly<Record<string, string>>
  }[]
}

export const mutations: readonly Mutations[] = globSync('fixtures/mutations/*.json')
  .toSorted()
  .map((path) => ({ name: path.replace(/^.*\/|\.json$/g, ''), ...JSON.parse(readFileSync(path, 'utf8')) }))

/** The evidence with other bytes. An edit that changes nothing is a mistake of its author. */
export const mutated = (evidence: Evidence, edits: readonly Edit[]): Evidence => {
  let probes = evidence.probes
  for (const edit of edits) probes = { ...probes, [edit.probe]: edited({ ...evidence, probes }, edit) }
  return { ...evidence, probes }
}

const answered = { exitCode: 0, timedOut: false, truncated: false, durationMs: 50, stderr: Buffer.alloc(0) }

const edited = (
  { probes }: Evidence,
  { probe, append, replace, by = '', exitCode, file, timedOut }: Edit,
) => {
  const output = probes[probe]
  if (file !== undefined)
    return probeOutputOf(output?.version ?? 1, { ...answered, stdout: readFileSync(file) })
  if (output === undefined) throw new Error(`the evidence has no probe ${probe}`)
  const exec = execOf(output)
  if (timedOut)
    return probeOutputOf(output.version, { ...exec, exitCode: null, timedOut, stdout: Buffer.alloc(0) })
  const text = Buffer.from(exec.stdout).toString('latin1')
  const after = `${replace === undefined ? text : text.replace(new RegExp(replace, 'gm'), by)}${append ?? ''}`
  if (after === text) throw new Error(`${replace ?? append} changes nothing in ${probe}`)
  return probeOutputOf(output.version, {
    ...exec,
    exitCode: exitCode ?? exec.exitCode,
    stdout: Buffer.from(after, 'latin1'),
  })
}
