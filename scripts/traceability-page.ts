import type { Check } from '../src/checks/check.ts'

/** An item of the documents that this project grew from. */
export interface TraceItem {
  readonly id: string
  /** Part of the list: C1 the to-do list, C2 the README, C3 the process document, C4 the virtual kubelet's backlog, C5 the SOCI chart. */
  readonly part: string
  readonly item: string
  /** R renderer, K check, U runner feature, I infrastructure, O output, D documentation. */
  readonly kinds: readonly string[]
  /** Files that carry it, or the area of work that will. Checks name their items themselves. */
  readonly carriedBy: readonly string[]
}

/** A test that proves an item. */
export interface Proof {
  readonly file: string
  /** The test's name as its file has it, placeholders of `test.for` included. */
  readonly test: string
}
export type Proofs = Readonly<Record<string, readonly Proof[]>>

const parts: Readonly<Record<string, string>> = {
  C1: 'The to-do list of eksnode',
  C2: 'The README of eksnode',
  C3: 'The process document',
  C4: 'The backlog of the virtual kubelet',
  C5: 'The SOCI user data of the Karpenter chart',
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

/** The ids of the checks that name an item among their controls. */
export const checksOf = (item: string, checks: readonly Check[]): readonly string[] =>
  checks
    .filter(({ controls = [] }) => controls.some(({ framework, id }) => framework === 'trace' && id === item))
    .map(({ id }) => id)

/** docs/traceability.md: every item of the source documents, and what carries it. */
export const traceabilityPage = (
  items: readonly TraceItem[],
  checks: readonly Check[],
  proofs: Proofs,
): string =>
  [
    '# Traceability',
    '',
    'Generated from docs/traceability.json and the trace ids among the controls of src/checks by `node scripts/docs.ts`; a test compares.',
    'Kinds: R renderer, K check, U runner feature, I infrastructure, O output, D documentation.',
    '“area …” names the part of the work that will carry an item. What the library promises (R) is proved by the tests in the last table.',
    ...Object.entries(parts).flatMap(([part, title]) => [
      '',
      `## ${title}`,
      '',
      '| item | what | kind | carried by |',
      '|---|---|---|---|',
      ...items
        .filter((item) => item.part === part)
        .map(({ id, item, kinds, carriedBy }) => {
          const carriers = [
            ...checksOf(id, checks).map((check) => `\`${check}\``),
            ...carriedBy,
            ...(proofs[id] ? ['[tests](#what-the-library-promises)'] : []),
          ]
          return `| ${id} | ${cell(item)} | ${kinds.join(' ')} | ${carriers.join(', ')} |`
        }),
    ]),
    '',
    '## What the library promises',
    '',
    'Every item of kind R, and the tests that prove it (docs/traceability-proofs.json); a test checks that they exist.',
    '',
    '| item | what | proved by |',
    '|---|---|---|',
    ...items
      .filter(({ kinds }) => kinds.includes('R'))
      .map(({ id, item }) => {
        const tests = (proofs[id] ?? []).map(({ file, test }) => `${file} “${cell(test)}”`)
        return `| ${id} | ${cell(item)} | ${tests.join('<br>')} |`
      }),
    '',
  ].join('\n')
