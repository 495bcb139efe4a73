import { AmiproofError, messageOf } from '../lib/errors.ts'
import { probes } from './catalogue.ts'
import type { Derived } from './derive.ts'
import { derived } from './derived.ts'
import { type Evidence, execOf, type ProbeOutput } from './evidence.ts'
import type { Fact } from './fact.ts'
import type { Facts } from './index.ts'

/** What reading one fact came to, and the probes it rests on: kept so that every later reader gets the same. */
interface Reading {
  readonly rests: readonly string[]
  readonly outcome: { readonly value: unknown } | { readonly error: AmiproofError }
}
type Reader = (name: string) => Reading

const readers = new WeakMap<Facts, Reader>()

/**
 * The facts of a node, from its evidence. Nothing is parsed until it is read, and then once.
 * Reading a fact throws an {@link AmiproofError} of kind `fact` when the probe's output cannot be understood, and of
 * kind `unproven` when the evidence lacks the probe or has it in another version; the other facts stay readable.
 */
export const readFacts = (evidence: Evidence): Facts => {
  const memo = new Map<string, Reading>()
  const read: Reader = (name) => {
    const known = memo.get(name)
    if (known) return known
    const reading = readOne(evidence, name, read)
    memo.set(name, reading)
    return reading
  }
  return view(read, () => {})
}

export interface TrackedFacts {
  /** Reads like the facts it was made from. */
  readonly facts: Facts
  /** Names of the probes read so far through `facts`, also those behind derived facts, in the order of first use. */
  readonly reads: () => readonly string[]
}

/** A view of the facts that remembers which probes were read through it, also when reading failed. */
export const trackReads = (facts: Facts): TrackedFacts => {
  const read = readers.get(facts)
  if (!read)
    throw new AmiproofError('trackReads was given facts that readFacts did not make; pass its result.', {
      kind: 'bug',
      code: 'foreign-facts',
      op: 'track reads',
      blame: 'harness',
    })
  const seen = new Set<string>()
  return {
    facts: view(read, (rests) => {
      for (const name of rests) seen.add(name)
    }),
    reads: () => [...seen],
  }
}

const view = (read: Reader, onRead: (rests: readonly string[]) => void): Facts => {
  const facts: object = Object.create(null)
  for (const name of [...Object.keys(probes), ...Object.keys(derived)])
    Object.defineProperty(facts, name, {
      enumerable: true,
      get: () => {
        const { rests, outcome } = read(name)
        onRead(rests)
        if ('error' in outcome) throw outcome.error
        return outcome.value
      },
    })
  // The loop above defined exactly the keys of `Facts`; TypeScript cannot follow defineProperty.
  const complete = facts as Facts
  readers.set(complete, read)
  return complete
}

const isDerived = (name: string): name is keyof typeof derived => Object.hasOwn(derived, name)

const readOne = (evidence: Evidence, name: string, read: Reader): Reading => {
  if (isDerived(name)) {
    const seen = new Set<string>()
    const inputs = view(read, (rests) => {
      for (const probe of rests) seen.add(probe)
    })
    const definition: Derived<unknown> = derived[name]
    return finish(name, () => definition.from(inputs), seen)
  }
  const definition: Fact<unknown> | undefined = Object.entries(probes).find(([key]) => key === name)?.[1]
  if (!definition) throw new Error(`no fact is called ${name}`)
  return finish(name, () => parseProbe(evidence, name, definition), new Set([name]))
}

const finish = (name: string, compute: () => unknown, rests: ReadonlySet<string>): Reading => {
  const outcome = attempt(name, compute)
  return { rests: [...rests], outcome }
}

const attempt = (name: string, compute: () => unknown): Reading['outcome'] => {
  try {
    return { value: compute() }
  } catch (error) {
    if (error instanceof AmiproofError) return { error }
    const cause = new AmiproofError(`The fact ${name} could not be read: ${messageOf(error)}`, {
      kind: 'fact',
      code: 'unreadable-fact',
      op: `read the fact ${name}`,
      blame: 'harness',
      cause: error,
    })
    return { error: cause }
  }
}

const parseProbe = (evidence: Evidence, name: string, definition: Fact<unknown>): unknown => {
  const output = Object.hasOwn(evidence.probes, name) ? evidence.probes[name] : undefined
  refuse(name, definition, output)
  return output && definition.parse(execOf(output))
}

const refuse = (name: string, definition: Fact<unknown>, output: ProbeOutput | undefined): void => {
  if (!output) throw unproven(name, 'the evidence has no such probe', definition.slow)
  if (output.version !== definition.version)
    throw unproven(name, `the evidence has version ${output.version} of it, not ${definition.version}`)
  if (definition.partial) return
  const trouble = output.timedOut
    ? `it was killed after ${Math.round(output.durationMs / 1000)} s`
    : output.truncated
      ? 'its output was cut at its bound'
      : undefined
  if (trouble)
    throw new AmiproofError(
      `The probe ${name} did not answer in full: ${trouble}. Look at that command on the node.`,
      {
        kind: 'fact',
        code: output.timedOut ? 'probe-timed-out' : 'probe-truncated',
        op: `read the fact ${name}`,
        blame: 'instance',
      },
    )
}

const unproven = (name: string, why: string, slow?: true): AmiproofError =>
  new AmiproofError(
    `The probe ${name} shows nothing: ${why}. ${slow ? 'Collect with a suite that asks for it.' : 'Collect the evidence again with this amiproof.'}`,
    { kind: 'unproven', code: 'probe-missing', op: `read the fact ${name}`, blame: 'user' },
  )
