import { capped, oneLine, printable } from '../lib/printable.ts'

/** One `<testcase>`. */
export interface JUnitCase {
  /** Dots group it; consumers split at the last one. */
  readonly classname: string
  readonly name: string
  readonly seconds: number
  readonly properties: readonly (readonly [string, string])[]
  /** Absent: it passed. */
  readonly outcome?: {
    readonly kind: 'failure' | 'error' | 'skipped'
    readonly type: string
    readonly message: string
    readonly body?: string
  }
  readonly output?: string
}

export interface JUnitSuite {
  readonly name: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly seconds: number
  readonly hostname: string
  readonly package: string
  readonly properties: readonly (readonly [string, string])[]
  readonly cases: readonly JUnitCase[]
}

export interface JUnitDocument {
  readonly name: string
  readonly seconds: number
  readonly suites: readonly JUnitSuite[]
}

/** What consumers take: characters per title, message, body and output (EnricoMi 255, GitLab's parser, Jenkins 100,000). */
export const limits = { name: 250, message: 1_000, body: 32_000, output: 64_000 } as const

export interface JUnitCounts {
  readonly tests: number
  readonly failures: number
  readonly errors: number
  readonly skipped: number
}

/** Always recounted from the cases: consumers compute `passed` by subtraction. */
export const countCases = (cases: readonly JUnitCase[]): JUnitCounts => {
  const of = (kind: string) => cases.filter(({ outcome }) => outcome?.kind === kind).length
  return { tests: cases.length, failures: of('failure'), errors: of('error'), skipped: of('skipped') }
}

/** A dot in an identifier would start a new group. */
export const group = (...parts: readonly string[]): string =>
  parts.map((part) => oneLine(part).replace(/\.+/g, '_').replace(/\s+/g, '-') || '_').join('.')

/**
 * The document as consumers need it: every text printable and within its limit, every case name unique in the file, because GitLab
 * keeps only the first of two.
 */
export const tidy = (document: JUnitDocument): JUnitDocument => {
  const taken = new Map<string, number>()
  const unique = (name: string): string => {
    const fitting = shortened(oneLine(name) || '(no name)', limits.name)
    const before = taken.get(fitting) ?? 0
    taken.set(fitting, before + 1)
    return before === 0 ? fitting : unique(`${shortened(fitting, limits.name - 8)} #${before + 1}`)
  }
  return {
    name: oneLine(document.name),
    seconds: document.seconds,
    suites: document.suites.map((suite) => ({
      ...suite,
      name: shortened(oneLine(suite.name), limits.name),
      hostname: oneLine(suite.hostname),
      package: oneLine(suite.package),
      properties: suite.properties.map(
        ([key, value]) => [oneLine(key), capped(oneLine(value), limits.message)] as const,
      ),
      cases: suite.cases.map((one) => tidyCase(one, unique(one.name))),
    })),
  }
}

const tidyCase = ({ outcome, output, ...one }: JUnitCase, name: string): JUnitCase => ({
  ...one,
  name,
  classname: shortened(oneLine(one.classname), limits.name),
  properties: one.properties.map(
    ([key, value]) => [oneLine(key), capped(oneLine(value), limits.message)] as const,
  ),
  ...(output ? { output: capped(printable(output), limits.output) } : {}),
  ...(outcome
    ? {
        outcome: {
          ...outcome,
          type: oneLine(outcome.type),
          message: capped(oneLine(outcome.message), limits.message),
          ...(outcome.body ? { body: capped(printable(outcome.body), limits.body) } : {}),
        },
      }
    : {}),
})

const shortened = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).toWellFormed()}…`
