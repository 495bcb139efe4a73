import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { leftBy, newOut, reportIn, startGate } from './gate-run.ts'

test('the default node is good: exit 0, no failure, every unproven named, nothing left', async () => {
  const out = newOut()
  const { child, ended } = startGate(['--out', out])
  const { code, out: said } = await ended
  expect(code, said).toBe(0)
  const report = reportIn(out)
  expect(report.counts.byStatus).toMatchObject({ fail: 0, error: 0 })
  expect(report.counts.byStatus.pass).toBeGreaterThan(30)
  const unproven = report.subjects[0]?.results.filter(({ status }) => status === 'unproven') ?? []
  for (const { rule } of unproven) expect(said).toContain(`UNPROVEN  ${rule.id}: `)
  expect(report.subjects[0]?.phases.map(({ name, status }) => [name, status])).toEqual([
    ['spec', 'ok'],
    ['open', 'ok'],
    ['collect', 'ok'],
    ['close', 'ok'],
    ['judge', 'ok'],
  ])
  expect(Object.keys(report.subjects[0]?.versions ?? {})).toContain('containerd')
  expect(leftBy(child.pid)).toEqual([])
})

test('judged again from its recording, the node gives the same results', async () => {
  const out = newOut()
  await startGate(['--out', out]).ended
  const live = reportIn(out)
  const [run = ''] = readdirSync(out)
  const again = newOut()
  const { code } = await startGate([
    `evidence:${join(out, run, 'evidence.json.gz')}`,
    '--spec',
    'fixtures/specs/docker-node.json',
    '--out',
    again,
  ]).ended
  expect(code).toBe(0)
  expect(reportIn(again).subjects[0]?.results).toEqual(live.subjects[0]?.results)
})

test('an image that is no node is not called good: its spec cannot be inferred', async () => {
  const out = newOut()
  const { code } = await startGate(['docker:debian:trixie-slim', '--out', out]).ended
  expect(code).toBe(2)
  expect(reportIn(out).verdict.undecided.map(({ why }) => why)).toEqual(['phase', 'nothing-evaluated'])
})

test('an image that is no node fails the spec of one', async () => {
  const out = newOut()
  const args = ['docker:debian:trixie-slim', '--spec', 'fixtures/specs/docker-node.json', '--out', out]
  const { code } = await startGate(args).ended
  expect(code).toBe(1)
  const failed = reportIn(out).subjects[0]?.results.filter(({ status }) => status === 'fail') ?? []
  expect(failed.map(({ rule }) => rule.id)).toContain('containerd/version')
})

test('the log is JSON on request, with run and node on every line', async () => {
  const { err } = await startGate(['--out', newOut(), '--log', 'json', '-vv', 'local:', '--suite', 'node'])
    .ended
  const lines = err.trimEnd().split('\n')
  for (const line of lines)
    expect(JSON.parse(line)).toMatchObject({ run: expect.any(String), msg: expect.any(String) })
  expect(
    lines.some((line) => JSON.parse(line).node === 'local' && JSON.parse(line).phase === 'collect'),
  ).toBe(true)
})

test('JUnit of a live run names the same cases as the run before', async () => {
  const names = async () => {
    const out = newOut()
    await startGate(['--out', out]).ended
    const [run = ''] = readdirSync(out)
    return [
      ...readFileSync(join(out, run, 'junit.xml'), 'utf8').matchAll(/<testcase [^>]*name="([^"]*)"/g),
    ].map(([, name]) => name)
  }
  expect(await names()).toEqual(await names())
})
