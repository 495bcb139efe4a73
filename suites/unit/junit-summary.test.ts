import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { junitDocument } from '../../src/report/junit.ts'
import { countCases, type JUnitDocument } from '../../src/report/junit-document.ts'
import { junitSummary, summaryLimit } from '../../src/report/junit-summary.ts'
import { junitXml } from '../../src/report/junit-xml.ts'
import type { Result } from '../../src/result/result.ts'
import { failing, passing, report, result, subject } from './report-samples.ts'

const make = (count: number, one: (id: Result['rule']['id']) => Result): readonly Result[] =>
  Array.from({ length: count }, (_, at) => one(`topic-${at % 7}/rule-${at}`))
const skipped = (id: Result['rule']['id']) => result(id, { status: 'unproven', reason: 'no kernel' })
const error = (id: Result['rule']['id']) => result(id, { status: 'error', message: 'broke' })

const casesOf = ({ suites }: JUnitDocument) => suites.flatMap(({ cases }) => cases)
const summaryOf = (results: readonly Result[], nodes = 1): JUnitDocument =>
  junitSummary(
    junitDocument(
      report(
        Array.from({ length: nodes }, (_, at) => subject(results, { id: `node-${at}`, host: `host-${at}` })),
      ),
    ),
  )

test('a report that fits is summarised case by case', () => {
  const names = casesOf(summaryOf([failing(), passing()])).map(({ name }) => name)
  expect(names).toHaveLength(4)
  expect(names).toContain(
    '[network/bridge] network/bridge holds (docker-node)'.replace('docker-node', 'node-0'),
  )
})

test('passes are rolled up by group before anything else is', () => {
  const cases = casesOf(summaryOf([...make(600, passing), ...make(300, skipped), failing()]))
  expect(countCases(cases)).toEqual({ tests: 310, failures: 1, errors: 0, skipped: 300 })
  expect(cases.map(({ name }) => name)).toContain('[node.topic-0] 86 rules passed (host-0)')
})

test('then skips are, and every failure and error still stands alone', () => {
  const cases = casesOf(
    summaryOf([...make(600, passing), ...make(600, skipped), ...make(300, failing), ...make(100, error)]),
  )
  expect(countCases(cases)).toEqual({ tests: 416, failures: 300, errors: 100, skipped: 7 })
})

test('of too many failures the worst stand alone, and the rest are one red case that says how many', () => {
  const cases = casesOf(summaryOf([...make(900, failing), failing('z/worst', { severity: 'critical' })]))
  expect(cases).toHaveLength(summaryLimit - 2)
  expect(cases[0]?.name).toContain('[z/worst]')
  const [rest] = cases.filter(({ outcome }) => outcome?.type === 'rolled-up')
  expect(rest).toMatchObject({
    name: '[amiproof.rest] 405 rules failed (host-0)',
    outcome: { kind: 'failure' },
  })
  expect(rest?.outcome?.message).toContain('junit.xml has each: [topic-')
})

test('whatever a run came to, its summary fits, is valid, and is red when the run is', () => {
  const results = fc
    .tuple(...[fc.nat(700), fc.nat(700), fc.nat(700), fc.nat(700)])
    .map(([f = 0, e = 0, s = 0, p = 0]) => [
      ...make(f, failing),
      ...make(e, error),
      ...make(s, skipped),
      ...make(p, passing),
    ])
  fc.assert(
    fc.property(results, fc.integer({ min: 1, max: 4 }), (some, nodes) => {
      const whole = casesOf(junitDocument(report(Array.from({ length: nodes }, () => subject(some)))))
      const cases = casesOf(summaryOf(some, nodes))
      const [all, kept] = [countCases(whole), countCases(cases)]
      expect(kept.tests).toBeLessThanOrEqual(summaryLimit)
      expect(kept.failures > 0).toBe(all.failures > 0)
      expect(kept.errors > 0).toBe(all.errors > 0)
    }),
    { numRuns: 30 },
  )
})

test('a summary is valid where junit.xml is', () => {
  const xml = junitXml(summaryOf([...make(900, failing), ...make(900, skipped), ...make(900, passing)], 3))
  const { status, stderr } = spawnSync('xmllint', ['--noout', '--schema', 'fixtures/junit-strict.xsd', '-'], {
    input: xml,
    encoding: 'utf8',
  })
  expect(stderr + status).toBe('- validates\n0')
})
