import { capped, oneLine, printable } from '../lib/printable.ts'
import type { Report, Subject } from '../result/report.ts'
import type { Result, Waiver } from '../result/result.ts'
import { about, countRows, headline, labels } from './headline.ts'
import type { Reporter } from './reporter.ts'
import { byReason } from './shared-reasons.ts'
import { acceptedBy, duration, reasonOf, show, standing, targetOf } from './show.ts'
import { meantBy } from './unknown-waiver.ts'

/** GitHub takes 1 MiB per step summary; a longer one is dropped whole. */
const maxBytes = 1_000_000

/** `summary.md`: the verdict, the failures first, then counts, what is unproven, waivers and phases. Fits into a GitHub step summary. */
export const markdown: Reporter = (report) =>
  fitted([
    `# amiproof: ${prose(headline(report))}\n`,
    ...report.verdict.undecided.map(
      ({ subject, message }) => `- undecided: ${subject ? `${code(subject)}: ` : ''}${prose(message)}`,
    ),
    '',
    ...report.subjects.flatMap(failures),
    '## Counts\n',
    ...table(countRows(report)),
    '',
    ...report.subjects.flatMap(rest),
    ...waivers(report),
    `amiproof ${report.tool.version} · run ${code(report.run.id)} · ${report.run.startedAt} to ${report.run.finishedAt}`,
    '',
  ])

/** Whole lines only, and the fence of a cut block is closed. */
const fitted = (lines: readonly string[]): string => {
  const whole = lines.join('\n')
  if (Buffer.byteLength(whole) <= maxBytes) return whole
  let left = maxBytes - 200
  const kept = lines.filter((line) => {
    left -= Buffer.byteLength(line) + 1
    return left >= 0
  })
  return `${kept.join('\n')}\n\n… ${lines.length - kept.length} entries did not fit here; report.json has all of them.\n`
}

const failures = (subject: Subject): readonly string[] => {
  const blocks = (['fail', 'error', 'waived'] as const).flatMap((status) =>
    status === 'error'
      ? byReason(standing(subject.results, status)).map(errorBlock)
      : standing(subject.results, status).map((result) => block(labels[status], result)),
  )
  const broken = subject.phases.filter(({ status }) => status === 'failed')
  return [
    `## ${prose(about(subject))}\n`,
    ...broken.map(
      ({ name, blame, message }) =>
        `- **${prose(name)} failed** (${blame ?? 'unknown'}): ${prose(message ?? '')}`,
    ),
    ...(blocks.length > 0 ? blocks : broken.length > 0 ? [] : ['No failures.']),
    ...advice(subject),
    '',
  ]
}

/** Once for the node, however much failed on it: what can be pasted, with what it shows as a comment above. */
const advice = ({ troubleshooting }: Subject): readonly string[] => {
  if (!troubleshooting) return []
  const { enter, commands } = troubleshooting
  const lines = [
    ...(enter.length > 0
      ? ['# on this machine', ...enter, '', '# on the node, as root']
      : ['# on the node, as root']),
    ...commands.flatMap(({ run, shows }) => [`# ${shows}`, run]),
  ]
  return ['### Look into it\n', fenced(lines.join('\n'), 'sh')]
}

const block = (word: string, result: Result): string => {
  const { rule, evidence, waiver } = result
  const rows =
    result.status === 'fail'
      ? [
          ...(result.where ? [`path: ${result.where}`] : []),
          `expected: ${show(result.expected)}`,
          `actual: ${show(result.actual)}`,
        ]
      : [`reason: ${reasonOf(result)}`]
  return [
    `### ${word}: ${code(rule.id)} (${rule.severity})\n`,
    `${prose(rule.title)}\n`,
    fenced(capped(rows.join('\n'), 4_000)),
    ...(waiver ? [`Waived ${prose(acceptedBy(waiver))}\n`] : []),
    `Fix: ${prose(rule.fix)}${evidence.length > 0 ? ` · evidence: ${evidence.map(({ probe, sha256 }) => `${code(probe)} ${code(sha256.slice(0, 12))}`).join(', ')}` : ''}\n`,
  ].join('\n')
}

/** One sentence for all the rules that it leaves undecided. */
const errorBlock = ([first, ...others]: readonly [Result, ...Result[]]): string =>
  others.length === 0
    ? block(labels.error, first)
    : [
        `### ${labels.error}: ${others.length + 1} rules, all for one reason\n`,
        fenced(capped(`reason: ${reasonOf(first)}`, 4_000)),
        ...[first, ...others].map(
          ({ rule }) => `- ${code(rule.id)} (${rule.severity}): ${prose(rule.title)}`,
        ),
        '',
      ].join('\n')

const rest = (subject: Subject): readonly string[] => {
  const list = (title: string, status: 'unproven' | 'manual') => {
    const results = standing(subject.results, status)
    return results.length === 0
      ? []
      : [`## ${title}\n`, ...results.map((one) => `- ${code(one.rule.id)}: ${prose(reasonOf(one, 300))}`), '']
  }
  const versions = Object.entries(subject.versions)
  return [
    ...list('Unproven', 'unproven'),
    ...list('For a person to look at', 'manual'),
    ...(versions.length > 0
      ? [
          '## Installed\n',
          ...table([
            ['what', 'version', 'sha256'],
            ...versions.map(([name, { version, sha256 }]) => [name, version, sha256 ?? '']),
          ]),
          '',
        ]
      : []),
    '## Phases\n',
    ...table([
      ['phase', 'status', 'took'],
      ...subject.phases.map(({ name, status, durationMs }) => [name, status, duration(durationMs)]),
    ]),
    '',
  ]
}

const waivers = (report: Report): readonly string[] => {
  const { waivers: said } = report
  const lines = (word: string, list: readonly Waiver[]) =>
    list.map((waiver) => `- ${code(targetOf(waiver))} ${word}: ${prose(acceptedBy(waiver))}`)
  const all = [
    ...lines('expired', said.expired),
    ...said.unknown.map(
      (waiver) =>
        `- warning: ${code(targetOf(waiver))} names nothing that exists${prose(meantBy(waiver, report))}: ${prose(acceptedBy(waiver))}`,
    ),
    ...lines('unused', said.unused),
    ...lines('no longer needed', said.unneeded),
    ...lines('not compensated', said.uncompensated),
    ...lines(
      'applied',
      said.applied.map(({ waiver }) => waiver),
    ),
  ]
  return all.length === 0 ? [] : ['## Waivers\n', ...all, '']
}

const table = ([head = [], ...rows]: readonly (readonly string[])[]): readonly string[] =>
  [head, head.map((_, at) => (at === 0 ? '---' : '--:')), ...rows].map(
    (cells) => `| ${cells.map(prose).join(' | ')} |`,
  )

/** Text in a line of Markdown that stays text: no markup, no HTML, no table cell, no mention. */
const prose = (text: string): string =>
  oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_[\]|~#]/g, '\\$&')
    .replace(/(^|\W)@(?=\w)/g, '$1@\u200b')
    .replace(/\b(https?|ftp):\/\//g, '$1:\u200b//')

/** A code span whose fence is longer than any run of backticks within. */
const code = (text: string): string => {
  const shown = oneLine(text)
  const fence = fenceFor(shown, 1)
  const pad = shown.startsWith('`') || shown.endsWith('`') ? ' ' : ''
  return `${fence}${pad}${shown}${pad}${fence}`
}

const fenced = (text: string, language = 'text'): string => {
  const shown = printable(text)
  const fence = fenceFor(shown, 3)
  return `${fence}${language}\n${shown}\n${fence}\n`
}

const fenceFor = (text: string, least: number): string =>
  '`'.repeat(Math.max(least, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)))
