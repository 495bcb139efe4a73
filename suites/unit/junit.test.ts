import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { junitDocument, junitStrict } from '../../src/report/junit.ts'
import { group, type JUnitDocument } from '../../src/report/junit-document.ts'
import { junitRich } from '../../src/report/junit-rich.ts'
import { shards } from '../../src/report/junit-shards.ts'
import { junitXml } from '../../src/report/junit-xml.ts'
import type { Report } from '../../src/result/report.ts'
import { failing, passing, report, result, subject } from './report-samples.ts'

/** Ours, and where it is at hand the schema of Jenkins' xUnit plugin. */
const schemas = ['fixtures/junit-strict.xsd', process.env.AMIPROOF_JUNIT_XSD ?? ''].filter(Boolean)
const complaints = (xml: string): string =>
  schemas
    .map((schema) =>
      spawnSync('xmllint', ['--noout', '--nonet', '--schema', schema, '-'], { input: xml, encoding: 'utf8' }),
    )
    .map(({ status, stderr, error }) => (status === 0 ? '' : `${status} ${stderr} ${error ?? ''}`))
    .join('')
const query = (xml: string, xpath: string): string =>
  spawnSync('xmllint', ['--xpath', xpath, '-'], { input: xml, encoding: 'utf8' }).stdout.replace(/\n$/, '')

const waiver = { check: 'a/waived', reason: 'TICKET-1', owner: 'sec@example.com', until: '2027-01-31' }
const lapsed = { check: 'a/lapsed', reason: 'old', owner: 'ops', until: '2026-01-31' }
const full: Report = {
  ...report([
    subject([
      failing('network/ip-forward', { controls: [{ framework: 'cis-al2023', id: '3.2.1' }] }),
      failing('gpu/ecc', { about: 'instance', severity: 'critical' }),
      failing('a/lapsed'),
      { ...failing('a/waived'), waiver },
      passing(),
      result('a/na', { status: 'notApplicable', reason: 'no GPU' }),
      result('a/manual', { status: 'manual', reason: 'look' }),
      result('a/unproven', { status: 'unproven', reason: 'no kernel' }),
      result('a/error', { status: 'error', message: 'probe broke' }),
    ]),
  ]),
}
const complete: Report = { ...full, waivers: { ...full.waivers, expired: [lapsed] } }
const caseOf = (id: string) => `//testcase[starts-with(@name, "[${id}]")]`

test('a report with every status is valid', () => {
  expect(complaints(junitStrict(complete))).toBe('')
})

test.for([
  ['network/ip-forward', 'failure', 'finding.high'],
  ['gpu/ecc', 'failure', 'instance.critical'],
  ['a/lapsed', 'failure', 'waiver.expired'],
  ['a/waived', 'skipped', 'waived'],
  ['a/na', 'skipped', 'na'],
  ['a/manual', 'skipped', 'manual'],
  ['a/unproven', 'skipped', 'fidelity'],
  ['a/error', 'error', 'check.error'],
] as const)('%s is <%s type="%s">', ([id, kind, type]) => {
  expect(query(junitStrict(complete), `string(${caseOf(id)}/${kind}/@type)`)).toBe(type)
})

test('a pass has no result element', () => {
  expect(query(junitStrict(complete), `count(${caseOf('network/bridge')}/*[not(self::system-out)])`)).toBe(
    '0',
  )
})

test('a failure says path, expected and actual in its message, and the fix in its body', () => {
  const xml = junitStrict(complete)
  expect(query(xml, `string(${caseOf('network/ip-forward')}/failure/@message)`)).toBe(
    '/proc/sys/net/ipv4/ip_forward: expected 1, found 0',
  )
  expect(query(xml, `string(${caseOf('network/ip-forward')}/failure)`)).toBe(
    [
      'network/ip-forward holds',
      'path: /proc/sys/net/ipv4/ip_forward',
      'expected: 1',
      'actual: 0',
      'fix: Repair network/ip-forward.',
      `evidence: sysctl sha256:${'a'.repeat(64)}`,
      'net.ipv4.ip_forward = 0',
    ].join('\n'),
  )
})

test('a waived failure is skipped with the whole waiver in its message', () => {
  expect(query(junitStrict(complete), `string(${caseOf('a/waived')}/skipped/@message)`)).toBe(
    'WAIVED until 2027-01-31, by sec@example.com: TICKET-1; actual: 0',
  )
})

test('the counts are those of the cases', () => {
  expect(
    query(
      junitStrict(complete),
      'concat(//testsuites/@tests, " ", //testsuites/@failures, " ", //testsuites/@errors)',
    ),
  ).toBe('11 3 1')
})

test('metadata the schema has no room for heads system-out', () => {
  const out = query(junitStrict(complete), `string(${caseOf('network/ip-forward')}/system-out)`)
  expect(out.split('\n').slice(0, 6)).toEqual([
    '[[PROPERTY|check=network/ip-forward]]',
    '[[PROPERTY|status=fail]]',
    '[[PROPERTY|severity=high]]',
    '[[PROPERTY|phase=boot]]',
    '[[PROPERTY|controls=cis-al2023/3.2.1]]',
    `[[PROPERTY|evidence=sysctl sha256:${'a'.repeat(64)}]]`,
  ])
})

test('the suite says what was examined', () => {
  const xml = junitStrict(complete)
  expect(query(xml, 'string(//testsuite[2]/@name)')).toBe('eks-ami.debian13-x86_64-standard.node')
  expect(query(xml, 'string(//testsuite[2]//property[@name="evidence_sha256"]/@value)')).toBe('e'.repeat(64))
  expect(query(xml, 'string(//testsuite[2]//property[@name="k8s_version"]/@value)')).toBe('1.35.2')
})

test('a node that could not be examined still has a case per phase, and says that nothing was evaluated', () => {
  const at = { startedAt: '2026-11-20T08:00:00.000Z', durationMs: 5 }
  const xml = junitStrict(
    report([
      subject([], {
        spec: null,
        specOrigin: null,
        evidenceSha256: null,
        phases: [
          {
            name: 'open',
            status: 'failed',
            message: 'no engine answers',
            blame: 'user',
            code: 'engine-missing',
            kind: 'target',
            ...at,
          },
          { name: 'collect', status: 'skipped', message: 'open failed', ...at },
        ],
      }),
    ]),
  )
  expect(complaints(xml)).toBe('')
  expect(query(xml, 'string(//error[1]/@type)')).toBe('infra.engine-missing')
  expect(query(xml, 'string(//testcase[2]/skipped/@message)')).toBe('open failed')
  expect(query(xml, 'string(//testcase[3]/error/@message)')).toBe('no rule was evaluated')
})

test('two nodes of one run have a case each, under names of their own', () => {
  const xml = junitStrict(report([subject([failing()]), subject([failing()], { id: 'second' })]))
  expect(complaints(xml)).toBe('')
  expect(query(xml, `string(${caseOf('network/ip-forward')}[1]/@name)`)).toBe(
    '[network/ip-forward] network/ip-forward holds (docker-node)',
  )
})

const document = (more: Partial<JUnitDocument['suites'][0]['cases'][0]>): JUnitDocument => ({
  name: 'n',
  seconds: 0.0035,
  suites: [
    {
      name: 's',
      startedAt: '2026-11-20T08:00:00.000Z',
      seconds: 1e-7,
      hostname: 'h',
      package: 'p.q',
      properties: [['k', 'v']],
      cases: [{ classname: 'a.b', name: 'c', seconds: 1e-7, properties: [], ...more }],
    },
  ],
})

test.for([
  ['ANSI', '\x1b[31mred\x1b[0m', 'red'],
  ['the end of a CDATA section', ']]>', ']]>'],
  ['a script', '<script>alert(1)</script>', '<script>alert(1)</script>'],
  ['NUL', 'a\0b', 'ab'],
  ['an entity', '&lt;&#0;', '&lt;&#0;'],
  ['a lone surrogate', '\udc00', '\ufffd'],
  ['quotes', `"'`, `"'`],
  ['emoji', '🐈', '🐈'],
] as const)('%s stays text in attribute, body and output', ([, hostile, shown]) => {
  const xml = junitXml(
    document({ outcome: { kind: 'failure', type: 'x', message: hostile, body: hostile }, output: hostile }),
  )
  expect(complaints(xml)).toBe('')
  expect(query(xml, 'string(//failure/@message)')).toBe(shown)
  expect(query(xml, 'string(//failure)')).toBe(shown)
  expect(query(xml, 'string(//system-out)')).toBe(shown)
})

test('a line of a megabyte is cut in every place, and each cut says so', () => {
  const long = 'x'.repeat(1_000_000)
  const xml = junitXml(
    document({ name: long, outcome: { kind: 'error', type: 'x', message: long, body: long }, output: long }),
  )
  expect(complaints(xml)).toBe('')
  expect(xml.length).toBeLessThan(100_000)
  expect(query(xml, 'string(//error/@message)')).toMatch(/characters omitted, the evidence has all of it/)
})

test('cases of one name are told apart, because GitLab keeps the first only', () => {
  const twice = document({})
  const [suite] = twice.suites
  if (!suite) throw new Error('no suite')
  const xml = junitXml({
    ...twice,
    suites: [{ ...suite, cases: [...suite.cases, ...suite.cases, ...suite.cases] }],
  })
  expect(complaints(xml)).toBe('')
  expect(xml.match(/ name="c[^"]*"/g)).toEqual([' name="c"', ' name="c #2"', ' name="c #3"'])
})

test('a value with closing brackets does not end its property line', () => {
  expect(junitXml(document({ properties: [['k', 'a]]b']] }))).toContain('[[PROPERTY|k=a] ]b]]')
})

test('an identifier with dots stays one group', () => {
  expect(group('cis', '3.2.1')).toBe('cis.3_2_1')
})

test('any text at all gives a valid document', () => {
  const hostile = fc.string({ unit: 'binary', maxLength: 40 })
  const suites = fc
    .sample(fc.tuple(hostile, hostile, hostile, hostile), { numRuns: 300, seed: 7 })
    .map(([name, message, body, output]) => ({
      classname: group('a', name),
      name,
      seconds: 0,
      properties: [['k', output]] as const,
      outcome: { kind: 'failure' as const, type: 'x', message, body },
      output,
    }))
  const [suite] = document({}).suites
  if (!suite) throw new Error('no suite')
  expect(complaints(junitXml({ name: 'n', seconds: 0, suites: [{ ...suite, cases: suites }] }))).toBe('')
})

test('the rich dialect has properties in its cases, and the reason of a skip among them', () => {
  const xml = junitRich(junitDocument(complete))
  expect(query(xml, `string(${caseOf('a/waived')}//property[@name="skip_reason"]/@value)`)).toBe(
    'WAIVED until 2027-01-31, by sec@example.com: TICKET-1; actual: 0',
  )
  expect(query(xml, `string(${caseOf('network/ip-forward')}//property[@name="severity"]/@value)`)).toBe(
    'high',
  )
  expect(query(xml, 'string(//testsuites/@tests)')).toBe('11')
})

test('hostile text stays text in the rich dialect', () => {
  const hostile = '\x1b[31m]]></failure><script>\0'
  const xml = junitRich(
    document({ outcome: { kind: 'failure', type: 'x', message: hostile, body: hostile } }),
  )
  expect(query(xml, 'string(//failure/@message)')).toBe(']]></failure><script>')
  expect(query(xml, 'string(//failure)')).toBe(']]></failure><script>')
})

test('the same report gives the same bytes', () => {
  expect(junitStrict(complete)).toBe(junitStrict(JSON.parse(JSON.stringify(complete))))
})

test('the schema has teeth: it refuses the rich dialect, a duplicate name, and a fourth decimal', () => {
  expect(complaints(junitRich(junitDocument(complete)))).toContain('fails to validate')
  const good = junitXml(document({}))
  expect(complaints(good.replaceAll('0.004', '0.0035'))).toContain('fails to validate')
  expect(complaints(good.replace(/( *<testcase.*\n)/, '$1$1'))).toContain('fails to validate')
})

test('a document that is too much for one file is split, and every case is in exactly one', () => {
  const [suite] = document({}).suites
  if (!suite) throw new Error('no suite')
  const cases = Array.from({ length: 23 }, (_, at) => ({
    classname: 'a.b',
    name: `case ${at}`,
    seconds: 0,
    properties: [],
  }))
  const many = {
    name: 'n',
    seconds: 0,
    suites: [
      { ...suite, cases },
      { ...suite, cases: suite.cases },
    ],
  }
  const byCases = shards(many, junitXml, { cases: 10, bytes: 1_000_000 })
  const byBytes = shards(many, junitXml, { cases: 100, bytes: 1_200 })
  for (const files of [byCases, byBytes]) {
    expect(files.length).toBeGreaterThan(2)
    expect(files.map(complaints).join('')).toBe('')
    const names = files.flatMap((xml) =>
      [...xml.matchAll(/<testcase classname="a.b" name="([^"]*)"/g)].map(([, name]) => name),
    )
    expect(names).toEqual([...cases.map(({ name }) => name), 'c'])
  }
})
