import { severities } from '../result/result.ts'
import type { JUnitCase, JUnitDocument, JUnitSuite } from './junit-document.ts'

/** AWS CodeBuild keeps 500 test cases of a report ("Test report limits" in its user guide) and drops the rest. */
export const summaryLimit = 500

type Kind = 'failure' | 'error' | 'skipped' | 'passed'

interface Placed {
  readonly suite: JUnitSuite
  readonly one: JUnitCase
  readonly kind: Kind
}

/**
 * A document of at most `most` cases (at least 5) that is as red as the whole one: failures and errors stand alone, worst first; what
 * does not fit is rolled up, first the passes of each group, then its skips, at last what is left of each kind. Without output.
 */
export const junitSummary = (document: JUnitDocument, most = summaryLimit): JUnitDocument => {
  const all = document.suites.flatMap((suite) => suite.cases.map((one) => place(suite, one)))
  const choices = [
    () => all,
    () => rolledUp(all, ['passed']),
    () => rolledUp(all, ['passed', 'skipped']),
    () => worstOf(all, most, document),
  ]
  for (const choice of choices) {
    const chosen = choice()
    if (chosen.length <= most) return documentOf(chosen, document)
  }
  throw new RangeError(`a summary of ${most} cases has no room for one of each kind`)
}

const place = (suite: JUnitSuite, { output: _, ...one }: JUnitCase): Placed => ({
  suite,
  one,
  kind: one.outcome?.kind ?? 'passed',
})

/** The cases of these kinds as one case for each group of each suite. */
const rolledUp = (all: readonly Placed[], kinds: readonly Kind[]): readonly Placed[] => {
  const groups = Map.groupBy(
    all.filter(({ kind }) => kinds.includes(kind)),
    ({ suite, one, kind }) => JSON.stringify([suite.hostname, suite.name, one.classname, kind]),
  )
  return [
    ...all.filter(({ kind }) => !kinds.includes(kind)),
    ...[...groups.values()].flatMap((members) => {
      const [first] = members
      return first && members.length > 1 ? [sumOf(members, first.suite, first.one.classname)] : members
    }),
  ]
}

/** As many failures and errors as fit, the worst of them; everything else as one case of each kind. */
const worstOf = (all: readonly Placed[], most: number, document: JUnitDocument): readonly Placed[] => {
  const bad = all
    .filter(({ kind }) => kind === 'failure' || kind === 'error')
    .toSorted((a, b) => rank(a) - rank(b))
  const kept = bad.slice(0, most - 4)
  const isKept = new Set(kept)
  const rest = all.filter((one) => !isKept.has(one))
  const [home] = document.suites
  if (!home) return kept
  const suite: JUnitSuite = { ...home, name: 'everything else', properties: [], cases: [] }
  return [
    ...kept,
    ...[...Map.groupBy(rest, ({ kind }) => kind).values()].map((members) =>
      sumOf(members, suite, 'amiproof.rest'),
    ),
  ]
}

const words: Readonly<Record<Kind, string>> = {
  failure: 'failed',
  error: 'could not be decided',
  skipped: 'were skipped',
  passed: 'passed',
}

const sumOf = (members: readonly Placed[], suite: JUnitSuite, classname: string): Placed => {
  const kind = members[0]?.kind ?? 'passed'
  const name = `${members.length} rules ${words[kind]}`
  const message = members
    .slice(0, 20)
    .map(({ one }) => one.name)
    .join('; ')
  return {
    suite,
    kind,
    one: {
      classname,
      name: `[${classname}] ${name} (${suite.hostname})`,
      seconds: members.reduce((sum, { one }) => sum + one.seconds, 0),
      properties: [],
      ...(kind === 'passed'
        ? {}
        : { outcome: { kind, type: 'rolled-up', message: `${name}; junit.xml has each: ${message}` } }),
    },
  }
}

const bySeverity: readonly string[] = severities

const severityOf = ({ one }: Placed): string =>
  one.properties.find(([name]) => name === 'severity')?.[1] ?? ''

/** Phases and the verdict have no severity and come first; then as severe as the rule is. */
const rank = (placed: Placed): number => bySeverity.indexOf(severityOf(placed))

const documentOf = (chosen: readonly Placed[], document: JUnitDocument): JUnitDocument => ({
  ...document,
  suites: [...Map.groupBy(chosen, ({ suite }) => suite)].map(([suite, members]) => ({
    ...suite,
    cases: members.map(({ one }) => one),
  })),
})
