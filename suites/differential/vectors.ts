import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { expect } from 'vitest'
import { parseJsonKeepingDigits } from '../../src/lib/json.ts'
import { explanations } from './explained.ts'
import { type Kind, kinds } from './kinds.ts'

type Fields = Readonly<Record<string, unknown>>

/** A line of a vector file. Integers beyond 2^53 arrive as `bigint`. */
export interface Vector {
  readonly [field: string]: unknown
  readonly input: Fields
  readonly expected: Fields
}

/** One question of a vector: a name, what the oracle answered, what we answer. */
export interface Answer {
  readonly of: string
  readonly expected: unknown
  readonly actual: unknown
}

export interface Outcome {
  readonly line: number
  readonly status: 'equal' | 'explained' | 'different'
  readonly differences: readonly Answer[]
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Where the vectors are: the directory named by AMIPROOF_VECTORS, or the public ones. */
export const vectorsDirectory = (): string => process.env.AMIPROOF_VECTORS || 'fixtures/vectors'

/** Every vector file, by path below {@link vectorsDirectory}, sorted. */
export const vectorFiles = (): readonly string[] => globSync('**/*.jsonl', { cwd: vectorsDirectory() }).sort()

/** The lines of a file: any object. `input` and `expected` are there, if empty. */
export const vectorsIn = (file: string): readonly Vector[] =>
  readFileSync(join(vectorsDirectory(), file), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, i) => {
      const value = read(line, `${file}:${i + 1}`)
      if (!isFields(value)) throw new Error(`${file}:${i + 1} is not an object`)
      const part = (name: string): Fields => (isFields(value[name]) ? value[name] : {})
      return { ...value, input: part('input'), expected: part('expected') }
    })

const read = (line: string, place: string): unknown => {
  try {
    return parseJsonKeepingDigits(line)
  } catch (cause) {
    throw new Error(`${place} is not JSON`, { cause })
  }
}

/**
 * Answers every vector of a kind and compares, file by file; prints `FILE: N vectors, N equal, N explained, N different` and returns the outcomes of
 * each file. A file without a vector of the kind is left out.
 */
const compareVectors = (
  kind: Kind,
  answer: (vector: Vector) => readonly Answer[],
): ReadonlyMap<string, readonly Outcome[]> => {
  const results = new Map<string, readonly Outcome[]>()
  for (const file of vectorFiles()) {
    const outcomes = vectorsIn(file).flatMap((vector, i): Outcome[] =>
      kinds[kind](vector) ? [judge(vector, i + 1, answer)] : [],
    )
    if (outcomes.length === 0) continue
    results.set(file, outcomes)
    const count = (status: Outcome['status']): number => outcomes.filter((o) => o.status === status).length
    process.stdout.write(
      `${file}: ${outcomes.length} vectors, ${count('equal')} equal, ${count('explained')} explained, ${count('different')} different\n`,
    )
  }
  if (results.size === 0) process.stdout.write(`no vector of ${kind} below ${vectorsDirectory()}\n`)
  return results
}

/** Down to the first values that differ, so that a report names a key and not a file. */
const narrowed = ({ of, expected, actual }: Answer): readonly Answer[] => {
  if (!isFields(expected) || !isFields(actual)) return [{ of, expected, actual }]
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])]
  return keys
    .filter((key) => !isDeepStrictEqual(expected[key], actual[key]))
    .flatMap((key) => narrowed({ of: `${of}/${key}`, expected: expected[key], actual: actual[key] }))
}

const judge = (vector: Vector, line: number, answer: (vector: Vector) => readonly Answer[]): Outcome => {
  const answers = answer(vector)
  if (answers.length === 0) throw new Error(`line ${line}: nothing was compared`)
  const differences = answers.filter(({ expected, actual }) => !isDeepStrictEqual(expected, actual))
  const status =
    differences.length === 0
      ? 'equal'
      : explanations.some((e) => e.applies(vector))
        ? 'explained'
        : 'different'
  return { line, status, differences: differences.flatMap(narrowed) }
}

/** What is left to explain: file, line, question, both answers. */
const differencesOf = (results: ReadonlyMap<string, readonly Outcome[]>): readonly unknown[] =>
  [...results].flatMap(([file, outcomes]) =>
    outcomes
      .filter(({ status }) => status === 'different')
      .flatMap(({ line, differences }) => differences.map((difference) => ({ file, line, ...difference }))),
  )

/** More than anybody reads at once; the counts are printed. */
const shown = 20

/**
 * Asks every vector of a kind, and holds that no answer differs. The public vectors have every kind; a directory that AMIPROOF_VECTORS names may
 * lack some.
 */
export const expectEqualAnswers = (kind: Kind, answer: (vector: Vector) => readonly Answer[]): void => {
  const results = compareVectors(kind, answer)
  expect(differencesOf(results).slice(0, shown)).toEqual([])
  if (!process.env.AMIPROOF_VECTORS) expect(results.size).toBeGreaterThan(0)
}
