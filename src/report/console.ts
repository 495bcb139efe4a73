import { oneLine, printable } from '../lib/printable.ts'
import type { Report, Subject } from '../result/report.ts'
import type { Result, Waiver } from '../result/result.ts'
import { about, countRows, headline } from './headline.ts'
import type { Reporter } from './reporter.ts'
import { byReason } from './shared-reasons.ts'
import { acceptedBy, duration, reasonOf, show, standing, targetOf } from './show.ts'
import { meantBy } from './unknown-waiver.ts'

/** Lines of a value that are shown; the reports have the rest. */
const shownLines = 12
/** Characters of a line that are shown. */
const shownWidth = 400

/** What the terminal shows at the end of a run: every failure with path, expected, actual and fix, everything unproven by name, the counts, the verdict. */
export const consoleTable =
  ({ color }: { readonly color: boolean }): Reporter =>
  (report) =>
    `${[...report.subjects.flatMap((subject) => subjectLines(subject, paintWith(color))), ...waiverLines(report), ...countLines(report), ...verdictLines(report, paintWith(color))].join('\n')}\n`

type Paint = (text: string, shade: 'red' | 'yellow' | 'green' | 'dim' | 'bold') => string
const codes = { red: 31, yellow: 33, green: 32, dim: 2, bold: 1 } as const
const paintWith =
  (color: boolean): Paint =>
  (text, shade) =>
    color ? `\x1b[${codes[shade]}m${text}\x1b[0m` : text

const subjectLines = (subject: Subject, paint: Paint): readonly string[] => {
  const of = (status: Parameters<typeof standing>[1]) => standing(subject.results, status)
  const versions = Object.entries(subject.versions)
    .filter(([, { version }]) => version !== '')
    .map(
      ([name, { version, sha256 }]) => `${name} ${version}${sha256 ? ` sha256:${sha256.slice(0, 12)}` : ''}`,
    )
  const blocks = [
    ...of('fail').map((result) => blockLines(paint('FAIL', 'red'), result)),
    ...byReason(of('error')).map((results) => errorLines(paint('ERROR', 'red'), results)),
    ...of('waived').map((result) => blockLines(paint('WAIVED', 'yellow'), result)),
  ]
  return [
    paint(safe(about(subject)), 'bold'),
    ...(versions.length > 0 ? [paint(safe(`installed: ${versions.join(', ')}`), 'dim')] : []),
    safe(
      `phases: ${subject.phases.map(({ name, status, durationMs }) => `${name} ${status === 'ok' ? duration(durationMs) : status}`).join(', ')}`,
    ),
    ...subject.phases
      .filter(({ status }) => status === 'failed')
      .map(({ name, blame, message }) =>
        paint(safe(`${name} failed (${blame ?? 'unknown'}): ${message ?? ''}`), 'red'),
      ),
    '',
    ...blocks.flatMap((lines) => [...lines, '']),
    ...adviceLines(subject, paint),
    ...named('UNPROVEN', of('unproven'), paint),
    ...named('MANUAL', of('manual'), paint),
  ]
}

/** Once for the node, however much failed on it. */
const adviceLines = ({ troubleshooting }: Subject, paint: Paint): readonly string[] => {
  if (!troubleshooting) return []
  const { enter, commands } = troubleshooting
  return [
    paint('LOOK INTO IT', 'bold'),
    ...enter.map((command) => `  $ ${whole(command)}`),
    ...commands.flatMap(({ run, shows }) => [`  # ${whole(run)}`, paint(`      ${safe(shows)}`, 'dim')]),
    '',
  ]
}

const named = (word: string, results: readonly Result[], paint: Paint): readonly string[] =>
  results.length === 0
    ? []
    : [
        ...results.map(
          (result) => `${paint(word, 'yellow')}  ${safe(`${result.rule.id}: ${reasonOf(result, 200)}`)}`,
        ),
        '',
      ]

const blockLines = (word: string, result: Result): readonly string[] => {
  const { rule } = result
  const rows: readonly (readonly [string, string])[] = [
    ...(result.status === 'fail'
      ? ([
          ['path', result.where ?? result.evidence.map(({ probe }) => `probe ${probe}`).join(', ')],
          ['expected', show(result.expected)],
          ['actual', show(result.actual)],
        ] as const)
      : ([['reason', reasonOf(result)]] as const)),
    ...(result.waiver ? [['waived', acceptedBy(result.waiver)] as const] : []),
    ['fix', rule.fix],
  ]
  return [
    `${word}  ${safe(`${rule.severity}  ${rule.id}  ${oneLine(rule.title)}`)}`,
    ...rows.flatMap(([name, value]) => valueLines(name, value)),
  ]
}

/** One sentence for all the rules that it leaves undecided. */
const errorLines = (word: string, [first, ...others]: readonly [Result, ...Result[]]): readonly string[] =>
  others.length === 0
    ? blockLines(word, first)
    : [
        `${word}  ${others.length + 1} rules could not be decided, all for one reason`,
        ...valueLines('reason', reasonOf(first)),
        ...[first, ...others].map(({ rule }, at) =>
          safe(`  ${(at === 0 ? 'rules' : '').padEnd(9)} ${rule.severity}  ${rule.id}`),
        ),
      ]

/** Every line after the first starts with a bar, so no output of the node can start a line: CI systems take commands from there. */
const valueLines = (name: string, value: string): readonly string[] => {
  const lines = printable(value).split('\n')
  const shown = lines.slice(0, shownLines)
  const more = lines.length - shown.length
  return [...shown, ...(more > 0 ? [`… ${more} more lines, in the reports`] : [])].map((line, at) =>
    safe(at === 0 ? `  ${name.padEnd(9)} ${line}` : `  ${' '.repeat(9)}│ ${line}`),
  )
}

/** One bounded line of text. `##[` anywhere in a line is a command to Azure and to old GitHub runners. */
const safe = (text: string): string => {
  const line = printable(text).replace(/\n/g, ' ').replaceAll('##[', '## [')
  return line.length > shownWidth ? `${line.slice(0, shownWidth).toWellFormed()}…` : line
}

/** A command is of no use when it is cut. */
const whole = (command: string): string => oneLine(command).replaceAll('##[', '## [')

const waiverLines = (report: Report): readonly string[] => {
  const { waivers } = report
  const lines = (word: string, list: readonly Waiver[]) =>
    list.map((waiver) => safe(oneLine(`waiver of ${targetOf(waiver)} ${word} (${acceptedBy(waiver)})`)))
  const all = [
    ...lines('has expired and excuses nothing', waivers.expired),
    ...waivers.unknown.map((waiver) =>
      safe(
        oneLine(
          `WARNING  waiver of ${targetOf(waiver)} names nothing that exists${meantBy(waiver, report)} (${acceptedBy(waiver)})`,
        ),
      ),
    ),
    ...lines('is not used in this run', waivers.unused),
    ...lines('is no longer needed: what it accepts passes', waivers.unneeded),
    ...lines('excuses nothing: its compensating check did not pass', waivers.uncompensated),
  ]
  return all.length === 0 ? [] : [...all, '']
}

const countLines = (report: Report): readonly string[] => [
  ...countRows(report).map(
    ([head = '', ...cells]) => `${head.padEnd(15)}${cells.map((cell) => cell.padStart(9)).join('')}`,
  ),
  '',
]

const verdictLines = (report: Report, paint: Paint): readonly string[] => {
  const shade =
    report.verdict.status === 'pass' ? 'green' : report.verdict.status === 'fail' ? 'red' : 'yellow'
  return [
    paint(headline(report), shade),
    ...report.verdict.undecided.map(({ subject, message }) =>
      safe(oneLine(`undecided: ${subject ? `${subject}: ` : ''}${message}`)),
    ),
  ]
}
