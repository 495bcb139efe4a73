import { oneLine } from '../lib/printable.ts'
import { junitDocument } from './junit.ts'
import { type JUnitCase, tidy } from './junit-document.ts'
import { jsonLine } from './ndjson.ts'
import type { Reporter } from './reporter.ts'

/**
 * The cases of junit.xml as Test Anything Protocol 14 (testanything.org/tap-version-14-specification.html). An accepted failure is
 * `not ok … # TODO`, which no consumer counts as a failure; what was not judged is `ok … # SKIP` with its reason.
 */
export const tap: Reporter = (report) => {
  const cases = tidy(junitDocument(report)).suites.flatMap((suite) => suite.cases)
  // A run that examined nothing has no case, and a plan of none reads as good.
  const nothing: JUnitCase = {
    classname: 'amiproof',
    name: 'a node was examined',
    seconds: 0,
    properties: [],
    outcome: { kind: 'error', type: 'undecided.nothing-evaluated', message: 'no node was examined' },
  }
  const points = cases.length > 0 ? cases : [nothing]
  return ['TAP version 14', `1..${points.length}`, ...points.flatMap(pointOf), ''].join('\n')
}

const pointOf = ({ name, outcome, properties }: JUnitCase, at: number): readonly string[] => {
  const line = (word: string, directive = '') => `${word} ${at + 1} - ${escaped(name)}${directive}`
  if (!outcome) return [line('ok')]
  if (outcome.kind === 'skipped')
    return outcome.type === 'waived'
      ? [line('not ok', ` # TODO ${escaped(outcome.message)}`)]
      : [line('ok', ` # SKIP ${escaped(outcome.message)}`)]
  const severity = properties.find(([key]) => key === 'severity')?.[1]
  // JSON is YAML too.
  const diagnostics = { type: outcome.type, ...(severity ? { severity } : {}), message: outcome.message }
  return [
    line('not ok'),
    '  ---',
    ...Object.entries(diagnostics).map(([key, value]) => `  ${key}: ${jsonLine(value)}`),
    '  ...',
  ]
}

/** `#` would start a directive, and `\` escapes it. */
const escaped = (text: string): string => oneLine(text).replace(/[\\#]/g, '\\$&')
