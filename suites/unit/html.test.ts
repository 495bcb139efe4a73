import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { htmlPage } from '../../src/report/html.ts'
import type { Report } from '../../src/result/report.ts'
import { failing, passing, report, result, subject } from './report-samples.ts'

const unproven = result('gpu/driver', { status: 'unproven', reason: 'this target cannot show gpu' })
const pageOf = (results: Parameters<typeof subject>[0]): string => htmlPage(report([subject(results)]))

/** What a reader sees, without markup. */
const seen = (page: string): string =>
  page
    .replace(/<(style|script)>[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, ' ')

test('the verdict and its denominator come first, then the failures, then what passed', () => {
  const text = seen(pageOf([passing(), unproven, failing()]))
  const places = [
    'Fail 1 failure of the image (1 high)',
    '1 of 3 rules passed 1 failed · 1 unproven',
    'Failed 1',
    'Unproven 1',
    'Passed 1',
  ].map((part) => text.indexOf(part))
  expect(places).not.toContain(-1)
  expect(places.toSorted((a, b) => a - b)).toEqual(places)
})

test('failures come severest first', () => {
  const page = pageOf([failing('a/low', { severity: 'low' }), failing('z/bad', { severity: 'critical' })])
  expect(page.indexOf('id="docker-node/z/bad"')).toBeGreaterThan(0)
  expect(page.indexOf('id="docker-node/z/bad"')).toBeLessThan(page.indexOf('id="docker-node/a/low"'))
})

test('a failure shows expected, found, provenance, fix, evidence with its hash, and controls', () => {
  const text = seen(
    pageOf([failing('network/ip-forward', { controls: [{ framework: 'cis-al2023', id: '3.2.1' }] })]),
  )
  for (const part of [
    'Expected 1',
    'Found 0',
    'Where /proc/sys/net/ipv4/ip_forward',
    'Fix Repair network/ip-forward.',
    `sha256 ${'a'.repeat(64)} net.ipv4.ip_forward = 0`,
    'Controls cis-al2023 3.2.1',
  ])
    expect(text).toContain(part)
})

test('the policy allows the one style and the one script of the page, by their hashes, and nothing else', () => {
  const page = pageOf([passing()])
  const hashOf = (tag: string): string => {
    const texts = [...page.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))]
    expect(texts).toHaveLength(1)
    return createHash('sha256')
      .update(texts[0]?.[1] ?? '')
      .digest('base64')
  }
  expect(page).toContain(
    `content="default-src 'none'; style-src 'sha256-${hashOf('style')}'; script-src 'sha256-${hashOf('script')}'; base-uri 'none'; form-action 'none'"`,
  )
  expect(page).not.toMatch(/\ssrc=|\sstyle=|https?:\/\/|url\(|@import/)
})

const differenceIn = (expected: unknown, actual: unknown): string => {
  const page = pageOf([result('a/b', { status: 'fail', expected, actual })])
  return /<div class="(?:diff|pair)">[\s\S]*?(?=<dl)/.exec(page)?.[0] ?? ''
}

test('texts are compared line by line, what differs in a line is marked, and equal lines far from a change fold', () => {
  const lines = Array.from({ length: 20 }, (_, at) => `line ${at}`)
  const found = differenceIn(lines.join('\n'), lines.with(10, 'line ten').join('\n'))
  expect(found).toContain('<del>− line <mark>10</mark>\n</del><ins>+ line <mark>ten</mark>\n</ins>')
  expect(found.match(/ {2}… \d equal lines/g)).toEqual(['  … 7 equal lines', '  … 6 equal lines'])
})

test('tables are compared whatever the order of their keys', () => {
  const found = differenceIn({ b: 1, a: { d: 2, c: 'x' } }, { a: { c: 'y', d: 2 }, b: 1 })
  expect(found.match(/<del>/g)).toHaveLength(2)
  expect(seen(found)).toContain('− &quot;c&quot;'.replaceAll('&quot;', '"'))
})

test('values that read alike and are not are told apart by their type', () => {
  expect(seen(differenceIn('1', 1))).toBe(' Expected "1" Found 1 ')
  expect(seen(differenceIn('(absent)', null))).toBe(' Expected "(absent)" Found null ')
})

test('waivers stand by expiry, each with what it is worth on the day of the run', () => {
  const waiver = (check: string, until: string) => ({ check, reason: 'because', owner: 'me', until })
  const base = report([subject([{ ...failing('a/b'), waiver: waiver('a/b', '2026-12-01') }])])
  const waived: Report = {
    ...base,
    waivers: {
      ...base.waivers,
      applied: [{ waiver: waiver('a/b', '2026-12-01'), subject: 'docker-node', checks: ['a/b'] }],
      expired: [waiver('c/d', '2026-11-19')],
      unused: [waiver('e/f', '2026-11-20')],
    },
  }
  const text = seen(htmlPage(waived)).split('Waivers, by expiry')[1]?.split('Phases')[0]
  expect(text).toMatch(
    /2026-11-19 ended 1 day before this run expired: excuses nothing c\/d .* 2026-11-20 its last day not used in this run e\/f .* 2026-12-01 11 days left accepts a failure a\/b/,
  )
})

test('several subjects stand side by side, in the rules that they differ in', () => {
  const page = htmlPage(
    report([
      subject([failing(), passing()], { id: 'old' }),
      subject([passing('network/ip-forward'), passing()], { id: 'new' }),
    ]),
  )
  const matrix = seen(page).split('Subjects side by side')[1]?.split(' Results ')[0]
  expect(matrix).toContain('Rule old new network/ip-forward ✕ failed ✓ passed')
  expect(matrix).toContain('The other 1 rule came out the same on every subject')
  expect(page).toContain('<a href="#old/network/ip-forward">')
})

test('a phase that failed for the image is among the reasons at the top', () => {
  const boot = { name: 'boot', status: 'failed', blame: 'image', message: 'systemd never came up' } as const
  const broken = subject([], {
    phases: [{ ...boot, startedAt: '2026-11-20T08:00:00.000Z', durationMs: 90_000 }],
  })
  const top = seen(htmlPage(report([broken]))).split(' Counts ')[0]
  expect(top).toContain('boot failed: systemd never came up')
  expect(top).toContain('no rule was evaluated')
})

test('every id is one of its kind, and every link within the page leads somewhere', () => {
  const twice = [failing(), failing(), passing()]
  const page = htmlPage(report([subject(twice), subject(twice, { id: 'docker node' })]))
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const links = [...page.matchAll(/ href="#([^"]*)"/g)].map(([, to]) => to ?? '')
  expect(links.filter((to) => !to.includes('=') && !ids.includes(to))).toEqual([])
})

test('a report without subjects, rules or phases is still a page that says so', () => {
  const page = seen(htmlPage(report([])))
  expect(page).toContain('Undecided 0 failures of the image · 1 undecided')
  expect(page).toContain('No node was examined.')
  expect(page).toContain('No rule was judged.')
})

test('5,000 results are a page within a second of processor time', () => {
  const many = Array.from({ length: 5_000 }, (_, at) => failing(`many/rule-${at}`))
  const sample = report([subject(many)])
  htmlPage(report([subject(many.slice(0, 500))]))
  const before = process.cpuUsage()
  const page = htmlPage(sample)
  const { user, system } = process.cpuUsage(before)
  expect(page.match(/class="r"/g)).toHaveLength(5_000)
  expect((user + system) / 1_000).toBeLessThan(1_000)
})
