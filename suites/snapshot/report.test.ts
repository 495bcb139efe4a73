import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { htmlPage } from '../../src/report/html.ts'
import type { Report } from '../../src/result/report.ts'
import { failing, passing, report, result, subject } from '../unit/report-samples.ts'

const waiver = { check: 'file/motd', reason: 'Old pipeline.', owner: 'me', until: '2026-12-01' }
const waived = { ...failing('file/motd', { severity: 'low' }), waiver }
const unproven = result('gpu/driver', { status: 'unproven', reason: 'this target cannot show gpu' })
const error = result('os/swap', { status: 'error', message: 'the probe memory was killed after 5 s' })
const text = result('file/hosts', {
  status: 'fail',
  expected: '127.0.0.1 localhost\n::1 localhost\n',
  actual: '127.0.0.1 localhost\n::1 ip6-localhost\n',
  where: '/etc/hosts',
})

const healthy = report([subject([passing()])])
const broken = report([subject([failing(), text, waived, unproven, error, passing()])])
const samples: Readonly<Record<string, Report>> = {
  healthy,
  broken: {
    ...broken,
    waivers: { ...broken.waivers, applied: [{ waiver, subject: 'docker-node', checks: ['file/motd'] }] },
  },
  nothing: report([]),
}

/** The page without its style, its script and their hashes, which say nothing about what it tells. */
const told = (page: string): string =>
  page.replace(/<(style|script)>[\s\S]*?<\/\1>/g, '<$1>…</$1>').replace(/'sha256-[\w+/=]+'/g, "'sha256-…'")

test.for(Object.keys(samples))('the page of a report: %s', async (name) => {
  const sample = samples[name] ?? healthy
  await expect(told(htmlPage(sample))).toMatchFileSnapshot(`../../snapshots/reports/${name}.html`)
})

test('no page is kept that nothing makes', () => {
  expect(readdirSync('snapshots/reports')).toEqual(
    Object.keys(samples)
      .map((name) => `${name}.html`)
      .sort(),
  )
})
