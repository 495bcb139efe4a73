import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node'
import { group, type JUnitCase } from '../src/report/junit-document.ts'
import { junitXml } from '../src/report/junit-xml.ts'
import { writeFileWhole } from '../src/run/write-whole.ts'
import { type RunRecord, runFolderVariable, runRecordName, type TestCounts } from './run-record.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** The case that `amiproof gate` would write for what this test shows. */
    junit?: JUnitCase
  }
}

/** Writes every suite as `<suite>.junit.xml`, in the dialect of the gate. What could not be imported, and what nobody caught, is an error case. */
export default class SuiteReporter implements Reporter {
  readonly #startedAt = new Date()
  readonly #folder = process.env[runFolderVariable]

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const folder = this.#folder
    if (!folder) return
    const record: RunRecord = { suites: {}, unhandled: unhandled.length }
    for (const [suite, members] of Map.groupBy(modules, ({ project }) => project.name)) {
      const cases = members.flatMap((module) => casesOf(module))
      record.suites[suite] = countsOf(cases)
      this.#write(folder, suite, cases)
    }
    if (unhandled.length > 0) this.#write(folder, 'unhandled', unhandled.map(unhandledCase))
    writeFileWhole(join(folder, runRecordName), `${JSON.stringify(record)}\n`)
  }

  #write(folder: string, suite: string, cases: readonly JUnitCase[]): void {
    writeFileWhole(join(folder, `${suite}.junit.xml`), suiteXml(suite, this.#startedAt, cases))
  }
}

/** One suite as a JUnit file; never empty, because a suite without a case would look like one that has nothing to say. */
export const suiteXml = (suite: string, startedAt: Date, cases: readonly JUnitCase[]): string =>
  junitXml({
    name: `amiproof ${suite}`,
    seconds: cases.reduce((sum, { seconds }) => sum + seconds, 0),
    suites: [
      {
        name: `amiproof.${suite}`,
        startedAt: startedAt.toISOString(),
        seconds: cases.reduce((sum, { seconds }) => sum + seconds, 0),
        hostname: hostname() || 'localhost',
        package: group('amiproof', suite),
        properties: [['node_version', process.version]],
        cases: cases.length > 0 ? cases : [errorCase(suite, 'the suite ran', 'no-tests', 'it has no test')],
      },
    ],
  })

/** Something that went wrong outside of any test. */
export const errorCase = (suite: string, name: string, type: string, message: string): JUnitCase => ({
  classname: group(suite, 'run'),
  name,
  seconds: 0,
  properties: [],
  outcome: { kind: 'error', type, message, body: message },
})

const countsOf = (cases: readonly JUnitCase[]): TestCounts => {
  const skipped = cases.filter(({ outcome }) => outcome?.kind === 'skipped').length
  const passed = cases.filter(({ outcome }) => outcome === undefined).length
  return { passed, failed: cases.length - passed - skipped, skipped }
}

const casesOf = (module: TestModule): readonly JUnitCase[] => {
  const suite = module.project.name
  const file = module.relativeModuleId
  const tests = [...module.children.allTests()]
  const errors = [
    ...module.errors(),
    ...[...module.children.allSuites()].flatMap((inner) => inner.errors()),
  ].map((error, at) =>
    errorCase(suite, `[${file}] the file loads${at > 0 ? ` (${at + 1})` : ''}`, 'unloadable', story(error)),
  )
  const empty = tests.length === 0 && errors.length === 0
  return [
    ...errors,
    ...(empty
      ? [errorCase(suite, `[${file}] the file has tests`, 'no-tests', 'no test was found in it')]
      : []),
    ...tests.map((test) => caseOf(test, suite, file)),
  ]
}

const caseOf = (test: TestCase, suite: string, file: string): JUnitCase => {
  const shown = test.meta().junit
  const { state } = test.result()
  const outcome = outcomeOf(test)
  const seconds = (test.diagnostic()?.duration ?? 0) / 1_000
  // The result that a live test shows is believed only as far as the test itself ended the same way.
  if (shown && isSame(shown, state)) return { ...shown, seconds }
  return {
    classname: group(suite, file.replace(/^suites\/[^/]+\//, '').replace(/\.test\.ts$/, '')),
    name: shown?.name ?? `[${file}] ${test.fullName}`,
    seconds,
    properties: [],
    ...(outcome ? { outcome } : {}),
  }
}

const isSame = ({ outcome }: JUnitCase, state: string): boolean =>
  state === (outcome === undefined ? 'passed' : outcome.kind === 'skipped' ? 'skipped' : 'failed')

const outcomeOf = (test: TestCase): JUnitCase['outcome'] => {
  const result = test.result()
  switch (result.state) {
    case 'passed':
      return undefined
    case 'failed': {
      const body = result.errors.map(story).join('\n\n')
      return { kind: 'failure', type: 'test', message: result.errors[0]?.message ?? 'it failed', body }
    }
    case 'skipped':
      return {
        kind: 'skipped',
        type: 'skipped',
        message: result.note ?? 'skipped by the test itself or by -t',
      }
    case 'pending':
      return { kind: 'error', type: 'pending', message: 'the run ended before this test did' }
    default:
      return result satisfies never
  }
}

const unhandledCase = (error: SerializedError, at: number): JUnitCase =>
  errorCase('unhandled', `an error that no test caught (${at + 1})`, 'unhandled', story(error))

const story = ({ message, stack, diff }: { message?: string; stack?: string; diff?: string }): string =>
  [message, diff, stack].filter(Boolean).join('\n') || 'no message'
