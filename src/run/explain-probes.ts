import type { Check } from '../checks/check.ts'
import looksAt from '../checks/looks-at.json' with { type: 'json' }
import type { Fact } from '../facts/fact.ts'
import { probes } from '../facts/index.ts'
import { reasonOf, showBrief } from '../report/show.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { judge } from './judge.ts'
import { readRecording } from './recording.ts'

/** Lines of a probe that are shown; the source has the rest. */
const shownLines = 5

const known: Readonly<Record<string, readonly string[]>> = looksAt

/** What a check of the house reads, with the commands that are run on the node for it. Of a user's check nothing is known before it is run. */
export const probesOf = (id: string): readonly string[] =>
  Object.hasOwn(known, id)
    ? (known[id] ?? []).flatMap(probeLines)
    : ['  looks at  what it reads is known once it is run: give it --evidence FILE']

const probeLines = (name: string): readonly string[] => {
  const { probe, slow } = facts[name] ?? { probe: 'no longer collected', slow: undefined }
  const lines = probe.trim().split('\n')
  const shown = lines.length > shownLines ? [...lines.slice(0, shownLines), '…'] : lines
  return [
    `  looks at  ${name}${slow ? ', which is only collected when a suite asks for it' : ''}:`,
    ...shown.map((line) => `              ${line.length > 120 ? `${line.slice(0, 120)}…` : line}`),
  ]
}

const facts: Readonly<Record<string, Fact<unknown>>> = probes

/** What a check makes of a recording: its status, why, and what it read there. */
export const judgedHere = (check: Check, path: string, spec: NodeSpec | undefined): readonly string[] =>
  judge(readRecording(path), spec, [check]).results.flatMap((result) => [
    '',
    `  here      ${result.status}${reasonOf(result) ? `: ${reasonOf(result)}` : ''}`,
    ...(result.status === 'pass' && result.actual !== undefined
      ? [`            found ${showBrief(result.actual)}`]
      : []),
    ...result.evidence.map(({ probe, sha256 }) => `            read ${probe}, sha256 ${sha256.slice(0, 12)}`),
  ])
