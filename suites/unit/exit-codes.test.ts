import { expect, test } from 'vitest'
import type { RunPhase } from '../../src/result/report.ts'
import { exitCodeOf, verdictOf } from '../../src/result/verdict.ts'
import { failing, passing, report, result, subject } from './report-samples.ts'

const unproven = result('gpu/driver', { status: 'unproven', reason: 'no gpu' })
const error = result('cni/plugins', { status: 'error', message: 'probe broke' })
const manual = result('cis/review', { status: 'manual', reason: 'look' })
const ofInstance = failing('gpu/ecc', { about: 'instance' })
const waiver = { check: 'network/ip-forward', reason: 'r', owner: 'o', until: '2027-01-01' }
const waived = { ...failing(), waiver }
const broken = (more: Partial<RunPhase>): RunPhase => ({
  name: 'open',
  status: 'failed',
  startedAt: '2026-11-20T08:00:00.000Z',
  durationMs: 1,
  message: 'no',
  ...more,
})

test.for([
  ['a node whose rules all pass', [passing()], 0],
  ['one failure of the image', [passing(), failing()], 1],
  ['a failure that somebody accepted', [passing(), waived], 0],
  ['a failure blamed on the instance', [passing(), ofInstance], 2],
  ['a failure of the image beside one of the instance', [ofInstance, failing()], 1],
  ['an error', [passing(), error], 2],
  ['an error beside a failure', [error, failing()], 1],
  ['an error beside a waived failure', [error, waived], 2],
  ['an unproven rule where proof is not required', [passing(), unproven], 0],
  ['a manual rule', [passing(), manual], 0],
  ['no result at all', [], 2],
  ['nothing but rules that do not apply', [result('a/b', { status: 'notApplicable', reason: 'spec' })], 2],
  ['nothing but unproven rules', [unproven], 2],
  ['nothing but rules for a person', [manual], 2],
] as const)('%s exits with the code of the contract', ([, results, code]) => {
  expect(exitCodeOf(report([subject(results)]))).toBe(code)
})

test.for([
  ['the image does not boot', broken({ blame: 'image' }), 1],
  ['the instance died', broken({ blame: 'instance' }), 2],
  ['AWS had no capacity', broken({ blame: 'aws' }), 2],
  ['we have a bug', broken({ blame: 'harness', kind: 'bug' }), 2],
  ['the address is nonsense', broken({ blame: 'user', kind: 'usage' }), 3],
  ['the spec file is wrong', broken({ blame: 'user', kind: 'config' }), 3],
] as const)('a phase that fails because %s exits with the code of the contract', ([, phase, code]) => {
  expect(exitCodeOf(report([subject([], { phases: [phase] })]))).toBe(code)
})

test('no subject at all is undecided, and says so', () => {
  expect(exitCodeOf(report([]))).toBe(2)
  expect(verdictOf(report([])).undecided).toEqual([
    { why: 'nothing-evaluated', subject: '', message: 'no node was examined' },
  ])
})

test('one node without a decided rule spoils a fleet of good ones', () => {
  expect(exitCodeOf(report([subject([passing()]), subject([manual], { id: 'second' })]))).toBe(2)
})

test('an unproven rule is undecided where the subject requires proof, or the reader does', () => {
  expect(exitCodeOf(report([subject([passing(), unproven], { requireProof: true })]))).toBe(2)
  expect(exitCodeOf(report([subject([passing(), unproven])]), { requireProof: true })).toBe(2)
  expect(exitCodeOf(report([subject([passing()], { requireProof: true })]))).toBe(0)
})

test('a spec inferred from the node is never better than undecided, unless that is accepted', () => {
  const inferred = subject([passing()], { specOrigin: 'node' })
  expect(exitCodeOf(report([inferred]))).toBe(2)
  expect(exitCodeOf(report([inferred], { acceptInferred: true }))).toBe(0)
  expect(exitCodeOf(report([inferred]), { acceptInferred: true })).toBe(0)
  expect(exitCodeOf(report([subject([failing()], { specOrigin: 'node' })], { acceptInferred: true }))).toBe(1)
})

test('an interrupted run is 130 whatever it had found', () => {
  expect(exitCodeOf(report([subject([failing()])], { interrupted: true }))).toBe(130)
})

test('both facts stand in the verdict: what failed, and what could not be decided', () => {
  const { failed, undecided } = verdictOf(report([subject([failing(), error, ofInstance])]))
  expect(failed).toBe(1)
  expect(undecided.map(({ why, message }) => [why, message])).toEqual([
    ['error', '1 rule could not be decided'],
    ['instance', '1 rule failed for the instance, not for its image'],
  ])
})
