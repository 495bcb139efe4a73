import { oneLine } from '../lib/printable.ts'
import type { Report } from '../result/report.ts'
import type { Reporter } from './reporter.ts'
import { reasonOf, standing, targetOf } from './show.ts'

/** GitHub shows ten errors and ten warnings of a step, and drops the rest without a word. */
const perStep = 10

/** GitHub workflow commands, failures first; the last one within the limit says how many more there are. */
export const annotations: Reporter = (report) => {
  const lines = [...limited('error', errorsOf(report)), ...limited('warning', warningsOf(report))]
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}

interface Note {
  readonly title: string
  readonly message: string
}

const errorsOf = ({ subjects, verdict }: Report): readonly Note[] => [
  ...subjects.flatMap(({ results }) =>
    [...standing(results, 'fail'), ...standing(results, 'error')].map((one) => ({
      title: `${one.rule.id} (${one.rule.severity})`,
      message: `${one.rule.title}: ${reasonOf(one)}`,
    })),
  ),
  ...verdict.undecided
    .filter(({ why }) => why !== 'error' && why !== 'instance')
    .map(({ subject, message }) => ({ title: `undecided: ${subject}`, message })),
]

const warningsOf = ({ waivers, subjects }: Report): readonly Note[] => [
  ...waivers.expired.map((waiver) => ({ title: 'expired waiver', message: targetOf(waiver) })),
  ...waivers.unknown.map((waiver) => ({ title: 'unknown waiver', message: targetOf(waiver) })),
  ...subjects.flatMap(({ results }) =>
    standing(results, 'unproven').map((one) => ({
      title: `unproven: ${one.rule.id}`,
      message: reasonOf(one),
    })),
  ),
]

const limited = (command: 'error' | 'warning', notes: readonly Note[]): readonly string[] => {
  const shown = notes.length <= perStep ? notes : notes.slice(0, perStep - 1)
  const more = notes.length - shown.length
  const all = more > 0 ? [...shown, { title: 'and more', message: `${more} more in summary.md` }] : shown
  return all.map(({ title, message }) => `::${command} title=${property(title)}::${data(message)}`)
}

const data = (text: string): string => oneLine(text).replaceAll('%', '%25')
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
