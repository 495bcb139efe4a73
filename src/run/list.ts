import { nearest } from '../lib/nearest.ts'
import { oneLine } from '../lib/printable.ts'
import { byReading } from '../result/counts.ts'
import { targetSchemes } from '../targets/open.ts'
import { loadCatalogue } from './catalogue.ts'
import { settle } from './config.ts'
import { parseFlags, suitesAsked, usage } from './flags.ts'
import { selectChecks, suitesOf } from './select.ts'
import type { Terminal, Verb } from './terminal.ts'

type Rows = readonly (readonly string[])[]

/** What there is, by word. */
const listings: Readonly<Record<string, (terminal: Terminal, suites: readonly string[]) => Promise<Rows>>> = {
  checks: async (terminal, suites) =>
    selectChecks(ours(terminal).checks, suites).map(({ id, severity, phase, tags, title }) => [
      id,
      severity,
      phase,
      tags.join(','),
      title,
    ]),
  frameworks: async (terminal) => {
    const { checks, frameworks } = ours(terminal)
    const named = checks.flatMap(({ controls = [] }) => controls)
    return frameworks.map(({ id, title, source, controls, complete = true }) => {
      const covered = controls.filter((one) => named.some((ref) => ref.framework === id && ref.id === one.id))
      const of = `${controls.length} ${complete ? '' : 'listed '}controls`
      return [id, `${covered.length} of ${of} have a check`, title, source]
    })
  },
  suites: async (terminal) => {
    const { checks } = ours(terminal)
    return suitesOf(checks).map((suite) => [
      suite,
      `${checks.filter(({ tags }) => tags.includes(suite)).length} checks`,
    ])
  },
  targets: async () =>
    [
      ...targetSchemes,
      { scheme: 'evidence', what: 'evidence:FILE, a recording made by amiproof collect or an earlier gate' },
    ]
      .toSorted((a, b) => byReading(a.scheme, b.scheme))
      .map(({ scheme, what }) => [`${scheme}:`, what]),
}

/** `amiproof list checks|frameworks|suites|targets`: tab-free columns for people, JSON with `--json`. */
export const listVerb: Verb = async (args, terminal) => {
  const { values, positionals } = parseFlags('list', args, {
    json: { type: 'boolean' },
    suite: { type: 'string', multiple: true },
    config: { type: 'string' },
  })
  const [what = '', ...more] = positionals
  const words = Object.keys(listings)
  const listing = Object.hasOwn(listings, what) ? listings[what] : undefined
  if (!listing || more.length > 0) {
    const near = nearest(what, words)
    throw usage(
      'list',
      near && more.length === 0
        ? `there is no ${what} to list, did you mean ${near}?`
        : `say what: ${words.join(', ')}`,
    )
  }
  const rows = await listing(
    values.config === undefined
      ? terminal
      : { ...terminal, env: { ...terminal.env, AMIPROOF_CONFIG: values.config } },
    suitesAsked('list', values.suite),
  )
  terminal.out(values.json ? `${JSON.stringify(rows, null, 2)}\n` : columns(rows))
  return 0
}

const ours = ({ env, cwd }: Terminal) => loadCatalogue(settle({}, env, cwd))

const columns = (rows: Rows): string => {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  return rows
    .map(
      (row) =>
        `${row.map((cell, at) => (at < row.length - 1 ? oneLine(cell).padEnd(widths[at] ?? 0) : oneLine(cell))).join('  ')}\n`,
    )
    .join('')
}
