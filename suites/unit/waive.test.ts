import { expect, test } from 'vitest'
import type { Waiver } from '../../src/result/result.ts'
import { exitCodeOf } from '../../src/result/verdict.ts'
import { waive } from '../../src/run/waive.ts'
import { failing, passing, report, result, subject } from './report-samples.ts'

const control = { framework: 'cis-al2023', id: '3.2.1' }
const forward = failing('network/ip-forward', { controls: [control] })
const bridge = passing('network/bridge')
const rules = [forward.rule, bridge.rule, { id: 'gpu/driver' as const }]
const base = { reason: 'Kubernetes forwards', owner: 'platform', until: '2026-11-20' }
const byCheck: Waiver = { ...base, check: 'network/ip-forward' }
const run = (
  waivers: readonly Waiver[],
  { now = '2026-11-20T12:00:00Z', subjects = [subject([forward, bridge])] } = {},
) => waive(subjects, waivers, { rules, now: new Date(now) })
const none = { applied: [], expired: [], unknown: [], unused: [], unneeded: [], uncompensated: [] }

test.for<[string, Waiver]>([
  ['its check', byCheck],
  ['a control of its check', { ...base, control }],
])('a waiver that names %s stands beside the failure, whose status does not change', ([, waiver]) => {
  const { subjects, report: said } = run([waiver])
  expect(subjects[0]?.results[0]).toEqual({ ...forward, waiver })
  expect(said).toEqual({
    ...none,
    applied: [{ waiver, subject: 'docker-node', checks: ['network/ip-forward'] }],
  })
  expect(exitCodeOf(report(subjects))).toBe(0)
})

test.for([
  ['2026-11-20T00:00:00.000Z', 0],
  ['2026-11-20T23:59:59.999Z', 0],
  ['2026-11-21T00:00:00.000Z', 1],
] as const)(
  'at %s a waiver until 2026-11-20 leaves exit code %i: the last day counts, in UTC',
  ([now, code]) => {
    expect(exitCodeOf(report(run([byCheck], { now }).subjects))).toBe(code)
  },
)

test('an expired waiver is reported and excuses nothing', () => {
  const { subjects, report: said } = run([{ ...byCheck, until: '2026-11-19' }])
  expect(said.expired).toHaveLength(1)
  expect(subjects[0]?.results[0]).toEqual(forward)
})

test('a waiver until the 29th of February ends with that day', () => {
  const leap = { ...byCheck, until: '2028-02-29' }
  expect(run([leap], { now: '2028-02-29T23:59:59Z' }).report.expired).toEqual([])
  expect(run([leap], { now: '2028-03-01T00:00:00Z' }).report.expired).toEqual([leap])
})

test('a waiver for a check that does not exist is unknown; for one that this run left out, unused', () => {
  const typo = { ...base, check: 'network/ip-foward' }
  const other = { ...base, check: 'gpu/driver' }
  expect(run([typo, other]).report).toEqual({ ...none, unknown: [typo], unused: [other] })
})

test('a waiver for what passes now is no longer needed', () => {
  const waiver = { ...base, check: 'network/bridge' }
  expect(run([waiver]).report).toEqual({ ...none, unneeded: [waiver] })
})

test('a waiver for an error is neither applied nor called needless: nobody knows', () => {
  const subjects = [subject([result('network/bridge', { status: 'error', message: 'x' })])]
  const { subjects: after, report: said } = run([{ ...base, check: 'network/bridge' }], { subjects })
  expect(said).toEqual(none)
  expect(after[0]?.results[0]?.waiver).toBe(undefined)
})

test.for<[Waiver['scope'], boolean]>([
  [{}, true],
  [{ variant: 'standard' }, true],
  [{ variant: 'nvidia' }, false],
  [{ arch: 'arm64' }, false],
  [{ kubernetes: '1.35' }, true],
  [{ kubernetes: '1.3' }, false],
  [{ variant: 'standard', kubernetes: '1.34' }, false],
  [{ instanceType: 'm5.large' }, false],
])('the scope %j of a standard 1.35.2 node: %s', ([scope, applies]) => {
  const { report: said } = run([{ ...byCheck, ...(scope ? { scope } : {}) }])
  expect([said.applied.length, said.unused.length]).toEqual(applies ? [1, 0] : [0, 1])
})

test('a shipped conflict excuses only where the compensating check passes', () => {
  const conflict: Waiver = {
    check: 'network/ip-forward',
    reason: 'pods are routed through the node',
    owner: 'amiproof',
    reviewBy: '2027-06-30',
    compensatedBy: 'network/bridge',
  }
  expect(run([conflict]).report.applied).toHaveLength(1)
  const subjects = [subject([forward, failing('network/bridge')])]
  const refused = run([conflict], { subjects })
  expect(refused.report.uncompensated).toEqual([conflict])
  expect(refused.subjects[0]?.results[0]?.waiver).toBe(undefined)
  const absent = run([conflict], { subjects: [subject([forward])] })
  expect(absent.report.uncompensated).toEqual([conflict])
})

test('a waiver excuses on every node that fails, and each is named', () => {
  const subjects = [subject([forward]), subject([forward], { id: 'second' })]
  expect(run([byCheck], { subjects }).report.applied.map(({ subject: id }) => id)).toEqual([
    'docker-node',
    'second',
  ])
})
