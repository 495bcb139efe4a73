import { standings } from '../result/counts.ts'
import type { Report, Subject } from '../result/report.ts'

/** What each standing is called in the tables that people read. */
export const labels = {
  fail: 'failed',
  error: 'not decided',
  waived: 'waived',
  unproven: 'unproven',
  manual: 'manual',
  notApplicable: 'not applicable',
  pass: 'passed',
} as const

/** The verdict in a sentence; both facts, whatever the exit code. */
export const headline = ({ verdict, counts }: Report): string => {
  const failed = `${verdict.failed} ${verdict.failed === 1 ? 'failure' : 'failures'} of the image`
  const { unproven, manual, pass } = counts.byStatus
  return `${words[verdict.status]}: ${failed}, ${verdict.undecided.length} undecided, ${unproven} unproven, ${manual} manual; ${pass} of ${counts.total} rules passed`
}

const words = {
  pass: 'PASS',
  fail: 'FAIL',
  undecided: 'UNDECIDED',
  impossible: 'IMPOSSIBLE',
  interrupted: 'INTERRUPTED',
} as const

/** Counts by status and severity as rows of cells, header first; the last row is the denominator. */
export const countRows = ({ counts }: Report): readonly (readonly string[])[] => {
  const columns = ['critical', 'high', 'medium', 'low'] as const
  const row = (name: keyof typeof labels): readonly string[] => [
    labels[name],
    ...columns.map((severity) => String(counts.bySeverity[severity][name])),
    String(counts.byStatus[name]),
  ]
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  return [
    ['', ...columns, 'all'],
    ...standings.map(row),
    [
      'rules',
      ...columns.map((severity) => String(sum(Object.values(counts.bySeverity[severity])))),
      String(counts.total),
    ],
  ]
}

/** What was examined, in a line. */
export const about = ({ address, spec, specOrigin, requireProof }: Subject): string =>
  [
    address,
    spec
      ? `${spec.image.os} ${spec.image.arch} ${spec.image.variant}, Kubernetes ${spec.image.kubernetes}, containerd ${spec.image.containerd}`
      : 'spec not known',
    ...(specOrigin === 'node' ? ['spec inferred from the node itself'] : []),
    ...(requireProof ? ['proof required'] : []),
  ].join(' · ')
