import { expect, test } from 'vitest'
import { annotations } from '../../src/report/annotations.ts'
import { consoleTable } from '../../src/report/console.ts'
import { json } from '../../src/report/json.ts'
import { junitStrict } from '../../src/report/junit.ts'
import { markdown } from '../../src/report/markdown.ts'
import type { Result } from '../../src/result/result.ts'
import { failing, passing, report, result, subject } from './report-samples.ts'

const plainTable = consoleTable({ color: false })
const unproven = result('gpu/driver', { status: 'unproven', reason: 'this target cannot show gpu' })
const sample = report([subject([failing(), passing(), unproven])])

test('the terminal shows path, expected, actual and fix of a failure, every unproven by name, counts and verdict', () => {
  expect(
    plainTable(sample),
  ).toBe(`docker:amiproof/node:1 · debian13 x86_64 standard, Kubernetes 1.35.2, containerd 1.7.24
installed: containerd 1.7.24 sha256:cccccccccccc
phases: open 1.2 s

FAIL  high  network/ip-forward  network/ip-forward holds
  path      /proc/sys/net/ipv4/ip_forward
  expected  1
  actual    0
  fix       Repair network/ip-forward.

UNPROVEN  gpu/driver: this target cannot show gpu

                critical     high   medium      low      all
failed                 0        1        0        0        1
not decided            0        0        0        0        0
waived                 0        0        0        0        0
unproven               0        1        0        0        1
manual                 0        0        0        0        0
not applicable         0        0        0        0        0
passed                 0        1        0        0        1
rules                  0        3        0        0        3

FAIL: 1 failure of the image, 0 undecided, 1 unproven, 0 manual; 1 of 3 rules passed
`)
})

test('the summary shows the failure before the counts, and the unproven by name', () => {
  const text = markdown(sample)
  expect(text).toContain('### failed: `network/ip-forward` (high)')
  expect(text).toContain('```text\npath: /proc/sys/net/ipv4/ip_forward\nexpected: 1\nactual: 0\n```')
  expect(text).toContain('- `gpu/driver`: this target cannot show gpu')
  expect(text.indexOf('### failed')).toBeLessThan(text.indexOf('## Counts'))
})

test('failures come severest first, in every text', () => {
  const mixed = report([
    subject([failing('a/low', { severity: 'low' }), failing('z/bad', { severity: 'critical' })]),
  ])
  for (const text of [plainTable(mixed), markdown(mixed), annotations(mixed)])
    expect(text.indexOf('z/bad')).toBeLessThan(text.indexOf('a/low'))
})

test('annotations are workflow commands, errors first, at most ten of a kind, and the last says how many more', () => {
  const many = Array.from({ length: 30 }, (_, at) => failing(`many/rule-${at}`))
  const lines = annotations(report([subject([...many, unproven])]))
    .trimEnd()
    .split('\n')
  expect(lines).toHaveLength(11)
  expect(lines[0]).toBe(
    '::error title=many/rule-0 (high)::many/rule-0 holds: /proc/sys/net/ipv4/ip_forward: expected 1, found 0',
  )
  expect(lines[9]).toBe('::error title=and more::21 more in summary.md')
  expect(lines[10]).toBe('::warning title=unproven%3A gpu/driver::this target cannot show gpu')
})

test('a good run has no annotations', () => {
  expect(annotations(report([subject([passing()])]))).toBe('')
})

const hostile = [
  '\x1b[31mred\x1b[0m \x1b]0;title\x07',
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  ']]> --> ``` ````',
  '::error::injected\n::add-mask::x\n##[error]old',
  '[click](javascript:alert(1)) ![](https://evil.example/x.png) @octocat #1',
  '| a | b |\0',
  'x'.repeat(1_000_000),
].join('\n')
const hostileResult: Result = {
  ...result('a/hostile', { status: 'fail', actual: hostile, expected: hostile, where: hostile }),
  evidence: [{ probe: hostile, sha256: 'a'.repeat(64), excerpt: hostile }],
}
const hostileError = result('a/broken', { status: 'error', message: hostile })
const poisoned = report([subject([hostileResult, hostileError], { address: hostile, host: hostile })])

test('no text lets a control character or an escape through', () => {
  for (const text of [plainTable(poisoned), markdown(poisoned), annotations(poisoned), junitStrict(poisoned)])
    expect(text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/)
  expect(json(poisoned)).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f]/)
})

test('no line of the terminal or of the annotations is a command that the node wrote', () => {
  const lines = plainTable(poisoned).split('\n')
  expect(lines.filter((line) => /^\s*::|##\[/.test(line))).toEqual([])
  const commands = annotations(poisoned).split('\n').filter(Boolean)
  expect(commands.filter((line) => !/^::(error|warning) title=/.test(line))).toEqual([])
})

test('in the summary, markup outside of fences is text', () => {
  const outside = markdown(poisoned)
    .replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '')
    .replace(/(?<!\\)(`+)(?!`).*?(?<!`)\1(?!`)/g, '')
  expect(outside).not.toMatch(/<(script|img)/)
  expect(outside).not.toMatch(/(?<!\\)\]\(/)
  expect(outside).not.toMatch(/@octocat/)
})

test('a summary of any size fits into a step summary, failures first, and says what it left out', () => {
  const huge = Array.from({ length: 3_000 }, (_, at) =>
    result(`many/rule-${at}`, { status: 'fail', actual: 'y'.repeat(3_000), expected: 'n' }),
  )
  const text = markdown(report([subject(huge)]))
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_000_000)
  expect(text).toMatch(/… \d+ entries did not fit here; report\.json has all of them/)
  expect(text).toContain('`many/rule-0`')
})

test('the terminal shows the head of a long value and says how much more there is', () => {
  const long = result('a/long', { status: 'fail', actual: 'line\n'.repeat(50), expected: 'x' })
  expect(plainTable(report([subject([long])]))).toContain('│ … 39 more lines, in the reports')
})
