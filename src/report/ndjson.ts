import type { Reporter } from './reporter.ts'

/**
 * One JSON object per line, each with a `type`: first the `run`, then of every subject `subject`, its `phase`s and `result`s, at last
 * the `verdict` with counts and waivers. A stream without a `verdict` was cut.
 */
export const ndjson: Reporter = ({ schema, tool, run, subjects, counts, waivers, verdict }) =>
  [
    { type: 'run', schema, tool, ...run },
    ...subjects.flatMap(({ phases, results, ...subject }) => [
      { type: 'subject', ...subject },
      ...phases.map((phase) => ({ type: 'phase', subject: subject.id, ...phase })),
      ...results.map((result) => ({ type: 'result', subject: subject.id, ...result })),
    ]),
    { type: 'verdict', ...verdict, counts, waivers },
  ]
    .map((record) => `${jsonLine(record)}\n`)
    .join('')

/** JSON on one line, in which no text of a node is a command to Azure Pipelines or to old GitHub runners, which take `##[` anywhere. */
export const jsonLine = (value: unknown): string => JSON.stringify(value).replaceAll('##[', '#\\u0023[')
