import { Parser } from 'tap-parser'
import { expect, test } from 'vitest'
import { ndjson } from '../../src/report/ndjson.ts'
import { tap } from '../../src/report/tap.ts'
import type { Report } from '../../src/result/report.ts'
import { gateFolder, runGate } from './gate-folder.ts'
import { failing, passing, report, result, subject } from './report-samples.ts'

const waiver = { check: 'a/waived', reason: 'TICKET-1 # 2', owner: 'me', until: '2027-01-31' }
const sample = report([
  subject([
    failing(),
    { ...failing('a/waived'), waiver },
    passing(),
    result('a/unproven', { status: 'unproven', reason: 'no kernel' }),
    result('a/error', { status: 'error', message: 'probe broke' }),
  ]),
])

const parsed = (of: Report) => {
  const points: { ok: boolean; name: string; todo: unknown; skip: unknown; diag: unknown }[] = []
  const parser = new Parser({ strict: true })
  parser.on('assert', (point) => points.push(point))
  const ended: { ok?: boolean; failures?: unknown[] } = {}
  parser.on('complete', (results) => Object.assign(ended, results))
  parser.end(tap(of))
  return { points, ended }
}

test('a TAP parser finds every case, what failed and why, what was skipped, and no fault of form', () => {
  const { points, ended } = parsed(sample)
  expect(points.map(({ ok, todo, skip }) => [ok, todo, skip])).toEqual([
    [true, false, false],
    [true, false, false],
    [false, false, false],
    [false, 'WAIVED until 2027-01-31, by me: TICKET-1 # 2; actual: 0', false],
    [true, false, false],
    [true, false, 'no kernel'],
    [false, false, false],
  ])
  expect(points[2]).toMatchObject({
    name: '[network/ip-forward] network/ip-forward holds (docker-node)',
    diag: {
      type: 'finding.high',
      severity: 'high',
      message: '/proc/sys/net/ipv4/ip_forward: expected 1, found 0',
    },
  })
  expect(ended).toMatchObject({ ok: false, count: 7, pass: 4, fail: 3, todo: 1, skip: 1, bailout: false })
})

test('a good run is ok, and a run that examined nothing is not', () => {
  expect(parsed(report([subject([passing()])])).ended.ok).toBe(true)
  expect(parsed(report([])).ended).toMatchObject({ ok: false, count: 1 })
})

test('whatever a node says, a TAP parser finds our points and no others', () => {
  const hostile = '\nnot ok 99 - x # TODO\n  ---\n  ...\nBail out!\n1..0 # SKIP\n\\# \x1b[31m ##[error]x'
  const poisoned = report([
    subject([
      result(
        'a/b',
        { status: 'fail', actual: hostile, expected: hostile, where: hostile },
        { title: hostile },
      ),
      result('a/c', { status: 'unproven', reason: hostile }),
      passing(),
    ]),
  ])
  const { points, ended } = parsed(poisoned)
  expect(points.map(({ ok }) => ok)).toEqual([true, true, false, true, true])
  expect(ended).toMatchObject({ bailout: false, count: 5, fail: 1 })
  expect(tap(poisoned)).not.toMatch(/##\[|\x1b/)
  expect(ndjson(poisoned)).not.toMatch(/##\[|\x1b/)
})

test('the lines of NDJSON hold the whole report', () => {
  const lines: { readonly type: string }[] = ndjson(sample)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.map(({ type }) => type)).toEqual([
    'run',
    'subject',
    'phase',
    ...Array(5).fill('result'),
    'verdict',
  ])
  expect(lines[3]).toEqual({ type: 'result', subject: 'docker-node', ...failing() })
  expect(lines.at(-1)).toEqual({
    type: 'verdict',
    ...sample.verdict,
    counts: sample.counts,
    waivers: sample.waivers,
  })
})

test.for(['tap', 'ndjson'])('--format %s: stdout holds that and nothing else', async (format) => {
  const env = { GITHUB_ACTIONS: 'true' }
  const { code, out, err } = await runGate(gateFolder(), ['--suite', 'fails', '--format', format], env)
  expect(code).toBe(1)
  expect(out).toMatch(
    format === 'tap' ? /^TAP version 14\n1\.\.\d+\n(?:(?:not )?ok | {2}).*\n/ : /^\{"type":"run"/,
  )
  expect(out).not.toMatch(/^(?:reports|::error)/m)
  expect(err).toMatch(/^reports: .*report\.html/m)
  expect(err).toMatch(/^::error title=ours\/fails/m)
})

test('an unknown format is refused', async () => {
  await expect(runGate(gateFolder(), ['--format', 'xml'])).rejects.toThrow(
    'format cannot be "xml": it is text or tap or ndjson',
  )
})
