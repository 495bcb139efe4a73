import { expect, test } from 'vitest'
import { type Check, check, type Node } from '../../src/checks/check.ts'
import { AmiproofError } from '../../src/lib/errors.ts'
import type { Outcome } from '../../src/result/result.ts'
import { evaluate, type Showing } from '../../src/run/evaluate.ts'
import { selectChecks } from '../../src/run/select.ts'
import type { NodeSpec } from '../../src/spec/node-spec.ts'
import { rule, spec } from './report-samples.ts'

const everything: Showing = {
  declared: ['systemd'],
  measured: ['systemd'],
  phases: ['image', 'boot', 'join'],
}
const joined: NodeSpec = {
  ...spec,
  join: {
    apiVersion: 'node.eks.aws/v1alpha1',
    kind: 'NodeConfig',
    spec: {
      cluster: { name: 'c', apiServerEndpoint: 'https://c', certificateAuthority: '', cidr: '10.0.0.0/16' },
    },
  },
}
const facts = { sysctl: { 'net.ipv4.ip_forward': '0' } } as unknown as Node['facts']
const citation = { probe: 'sysctl', sha256: 'a'.repeat(64), excerpt: 'x' }
const judge = (more: Partial<Check>, showing: Partial<Showing> = {}, wanted: NodeSpec = joined) => {
  const subjectOfTest = check({ ...rule('a/b'), verify: () => ({ status: 'pass' }), ...more })
  const [result] = evaluate(
    [subjectOfTest],
    { spec: wanted, facts },
    { ...everything, ...showing },
    (given) => ({
      facts: given,
      cited: () => [citation],
    }),
  )
  if (!result) throw new Error('no result')
  const { rule: judged, evidence, ...outcome } = result
  return outcome
}
const throwing = (error: unknown) => () => {
  throw error
}
const unproven = new AmiproofError('the probe is of another version', {
  kind: 'unproven',
  code: 'probe-version',
  op: 'read sysctl',
  blame: 'harness',
})

test.for<[string, Partial<Check>, Partial<Showing>, Outcome]>([
  ['passes', {}, {}, { status: 'pass' }],
  [
    'fails with what was found and what was expected',
    { verify: () => ({ status: 'fail', actual: '0', expected: '1', where: '/proc' }) },
    {},
    { status: 'fail', actual: '0', expected: '1', where: '/proc' },
  ],
  [
    'asks for a person',
    { verify: () => ({ status: 'manual', reason: 'look' }) },
    {},
    { status: 'manual', reason: 'look' },
  ],
  [
    'does not apply by the spec, and says why',
    { applies: () => false, unless: 'the variant has no GPU' },
    {},
    { status: 'notApplicable', reason: 'the variant has no GPU' },
  ],
  [
    'needs what the target cannot have',
    { needs: ['gpu', 'systemd'] },
    {},
    { status: 'unproven', reason: 'this target cannot show a GPU (gpu)' },
  ],
  [
    'needs what the target could have and has not',
    { needs: ['systemd'] },
    { measured: [] },
    { status: 'unproven', reason: 'this target could show systemd as PID 1 (systemd), but does not' },
  ],
  [
    'needs something where what the target has is not known',
    { needs: ['systemd'] },
    { measured: { unknown: 'the probe was killed', status: 'error' } },
    { status: 'error', message: 'whether this target has systemd is not known: the probe was killed' },
  ],
  [
    'needs nothing where what the target has is not known',
    {},
    { measured: { unknown: 'the probe was killed', status: 'error' } },
    { status: 'pass' },
  ],
  [
    'speaks of a moment that the evidence does not reach',
    { phase: 'boot' },
    { phases: ['image'] },
    { status: 'unproven', reason: 'the evidence was not collected after the node booted' },
  ],
  [
    'reads a probe that the evidence is too old for',
    { verify: throwing(unproven) },
    {},
    { status: 'unproven', reason: 'the probe is of another version' },
  ],
  [
    'breaks',
    { verify: throwing(new TypeError('x is not a function')) },
    {},
    { status: 'error', message: 'x is not a function' },
  ],
  ['throws what is no error', { verify: throwing(null) }, {}, { status: 'error', message: 'null' }],
  [
    'cannot say whether it applies',
    { applies: throwing(new Error('no such field')) },
    {},
    { status: 'error', message: 'whether it applies could not be decided: no such field' },
  ],
])('a check that %s', ([, more, showing, outcome]) => {
  expect(judge(more, showing)).toEqual(outcome)
})

test.for([undefined, null, true, { status: 'ok' }, Promise.resolve({ status: 'pass' })])(
  'what is no verdict (%o) is an error, never a pass',
  (verdict) => {
    expect(judge({ verify: (() => verdict) as unknown as Check['verify'] })).toEqual({
      status: 'error',
      message: 'the check returned no verdict: expected pass, fail or manual',
    })
  },
)

test('join rules do not apply to an image that is judged before it joins, and fail on a node that did not', () => {
  const join: Partial<Check> = {
    phase: 'join',
    verify: () => ({ status: 'fail', actual: 'not joined', expected: 'joined' }),
  }
  expect(judge(join, {}, spec).status).toBe('notApplicable')
  expect(judge(join, {}, joined).status).toBe('fail')
})

test('what does not apply is settled before what cannot be shown: the spec decides first', () => {
  expect(judge({ applies: () => false, needs: ['gpu'] }).status).toBe('notApplicable')
})

test('what a check found is bounded and free of control characters', () => {
  const outcome = judge({
    verify: () => ({ status: 'fail', actual: `\x1b[31m${'x'.repeat(1_000_000)}\0`, expected: undefined }),
  })
  if (outcome.status !== 'fail') throw new Error(outcome.status)
  expect(String(outcome.actual)).toMatch(/^x+…\[\d+ characters omitted, .*\]…x+$/)
  expect(outcome.expected).toBe(null)
})

test('the citations of a check that throws are kept', () => {
  const broken = check({ ...rule('a/b'), verify: throwing(new Error('x')) })
  const [result] = evaluate([broken], { spec: joined, facts }, everything, (given) => ({
    facts: given,
    cited: () => [citation],
  }))
  expect(result?.evidence).toEqual([citation])
})

const tagged = [
  ['a/x', ['node', 'gpu']],
  ['a/y', ['node']],
  ['a/z', ['cis']],
].map(([id, tags]) =>
  check({ ...rule(id as Check['id'], { tags: tags as string[] }), verify: () => ({ status: 'pass' }) }),
)

test.for([
  [[], ['a/x', 'a/y', 'a/z']],
  [['node'], ['a/x', 'a/y']],
  [['gpu'], ['a/x']],
  [['cis'], ['a/z']],
  [
    ['gpu', 'cis'],
    ['a/x', 'a/z'],
  ],
  [
    ['node', 'gpu'],
    ['a/x', 'a/y'],
  ],
  [
    ['node', 'cis'],
    ['a/x', 'a/y', 'a/z'],
  ],
  [
    ['node', 'gpu', 'cis'],
    ['a/x', 'a/y', 'a/z'],
  ],
] as const)('choosing %j selects the union %j', ([chosen, ids]) => {
  expect(selectChecks(tagged, chosen).map(({ id }) => id)).toEqual(ids)
})

test('an unknown suite is a mistake, and the nearest one is named', () => {
  expect(() => selectChecks(tagged, ['gpus'])).toThrow('there is no suite "gpus", did you mean gpu?')
})

test('two checks of one id are a mistake', () => {
  expect(() => selectChecks([...tagged, ...tagged], [])).toThrow('two checks are called a/x')
})
