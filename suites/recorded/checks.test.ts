import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checks } from '../../src/checks/index.ts'
import { type Evidence, parseEvidence, readFacts, trackReads } from '../../src/facts/index.ts'
import type { Capability, Result } from '../../src/result/result.ts'
import { evaluate } from '../../src/run/evaluate.ts'
import { parseNodeSpec } from '../../src/spec/parse-node-spec.ts'
import { defects } from '../integration/defect.ts'
import { patched } from '../integration/patched.ts'
import { mutated, mutations } from './checks-mutations.ts'

const recorded = parseEvidence(readFileSync('fixtures/evidence/docker-node.json'))
const meant: unknown = JSON.parse(readFileSync('fixtures/specs/docker-node.json', 'utf8'))

const everything: readonly Capability[] = [
  'systemd',
  'cgroup2',
  'kernel',
  'modules',
  'boot',
  'selinux',
  'imds',
  'network',
  'instance-store',
  'kubelet',
  'gpu',
]

const judge = (
  evidence: Evidence,
  patch: unknown,
  declared = everything,
  measured = declared,
): readonly Result[] =>
  evaluate(
    checks,
    { spec: parseNodeSpec(patched(meant, patch)), facts: readFacts(evidence) },
    { declared, measured, phases: ['image', 'boot', 'join'] },
    (facts) => ({ facts: trackReads(facts).facts, cited: () => [] }),
  )

const ids = (results: readonly Result[], ...statuses: readonly Result['status'][]): readonly string[] =>
  results.filter(({ status }) => statuses.includes(status)).map(({ rule }) => rule.id)

test('the recorded node fails nothing, on what a container can show', () => {
  const results = judge(recorded, {}, recorded.capabilities, readFacts(recorded).capabilities)
  expect(ids(results, 'fail', 'error')).toEqual([])
})

describe.for(mutations)('$name', ({ spec, good, bad }) => {
  const whole = mutated(recorded, good)
  const before = judge(whole, spec)

  test.for(bad)('$what', ({ edits, fails, errors = [], says = {} }) => {
    expect(ids(before, 'pass')).toEqual(expect.arrayContaining([...fails]))
    const after = judge(mutated(whole, edits), spec)
    const known = ids(before, 'fail', 'error')
    expect(ids(after, 'fail').filter((id) => !known.includes(id))).toEqual(fails.toSorted())
    expect(ids(after, 'error').filter((id) => !known.includes(id))).toEqual(errors.toSorted())
    for (const [id, words] of Object.entries(says)) {
      const found = after.find(({ rule }) => rule.id === id)
      expect(found?.status === 'fail' && JSON.stringify(found.actual)).toContain(words)
    }
  })
})

test.for(mutations.filter(({ name }) => /^(gpu-(g5|g4dn|g6f|p5|mig|active)|neuron-trn1)$/.test(name)))(
  '$name: no check of accelerators fails before anything is broken',
  ({ spec, good }) => {
    const results = judge(mutated(recorded, good), spec).filter(({ rule }) =>
      rule.tags.some((tag) => tag.startsWith('gpu')),
    )
    expect(ids(results, 'fail', 'error')).toEqual([])
    expect(ids(results, 'pass').length).toBeGreaterThan(10)
  },
)

test('every check has been seen red, on a broken node or by changed bytes of a recorded one', () => {
  const red = new Set<string>([
    ...defects.flatMap(({ fails }) => fails),
    ...mutations.flatMap(({ bad }) => bad.flatMap(({ fails }) => fails)),
  ])
  expect(checks.map(({ id }) => id).filter((id) => !red.has(id))).toEqual([])
})

test('no defect and no mutation names a check that does not exist', () => {
  const known = new Set<string>(checks.map(({ id }) => id))
  const named = [
    ...defects.flatMap(({ name, fails, errors }) => [...fails, ...errors].map((id) => [name, id] as const)),
    ...mutations.flatMap(({ name, bad }) =>
      bad.flatMap(({ fails }) => fails.map((id) => [name, id] as const)),
    ),
  ]
  expect(named.filter(([, id]) => !known.has(id))).toEqual([])
})

test('every defect says what it breaks and what must fail', () => {
  const silent = defects.filter(
    ({ what, fails }) => !/^[A-Z].*\.$|^[a-z/].*\.$/.test(what) || fails.length === 0,
  )
  expect(silent.map(({ name }) => name)).toEqual([])
})
