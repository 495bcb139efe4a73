import type { Check } from '../src/checks/check.ts'
import { severities } from '../src/result/result.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

const trace = ({ controls = [] }: Check): string =>
  controls.map(({ framework, id }) => (framework === 'trace' ? id : `${framework} ${id}`)).join(', ')

const notes = ({ phase, needs = [], unless, about }: Check): string =>
  [
    `after ${phase}`,
    ...(needs.length > 0 ? [`needs ${needs.join(', ')}`] : []),
    ...(about === 'instance' ? ['condemns the instance'] : []),
    ...(unless === undefined ? [] : [`not applicable where ${unless}`]),
  ].join('; ')

/** docs/checks.md: what every check claims, by subject, with what it needs and how to repair it. */
export const checksPage = (checks: readonly Check[]): string => {
  const bySubject = Object.groupBy(checks, ({ id }) => id.split('/')[0] ?? '')
  const count = (severity: string) => checks.filter((check) => check.severity === severity).length
  return [
    '# Checks',
    '',
    'Generated from src/checks by `node scripts/docs.ts`; a test compares. Each title is the sentence that is true on a good node.',
    '',
    `${checks.length} checks: ${severities.map((one) => `${count(one)} ${one}`).join(', ')}.`,
    ...Object.entries(bySubject)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([subject, list = []]) => [
        '',
        `## ${subject}`,
        '',
        '| check | what holds on a good node | severity | when | source | fix |',
        '|---|---|---|---|---|---|',
        ...list.map(
          (check) =>
            `| ${check.id} | ${cell(check.title)} | ${check.severity} | ${cell(notes(check))} | ${trace(check)} | ${cell(check.fix)} |`,
        ),
      ]),
    '',
  ].join('\n')
}
