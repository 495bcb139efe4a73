import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { parseReport } from '../../src/result/report-schema.ts'
import { evidence, gateFolder, runGate } from './gate-folder.ts'

const reportsOf = (dir: string): readonly (readonly [string, string])[] =>
  readdirSync(join(dir, 'reports')).flatMap((run) =>
    readdirSync(join(dir, 'reports', run)).map((name) => {
      const bytes = readFileSync(join(dir, 'reports', run, name))
      return [name, name.endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString()] as const
    }),
  )
const reportOf = (dir: string) => {
  const text = reportsOf(dir).find(([name]) => name === 'report.json')?.[1] ?? ''
  return parseReport(JSON.parse(text))
}

test.for([
  ['passes', 0, 'pass'],
  ['fails', 1, 'fail'],
  ['breaks', 2, 'error'],
  ['asks', 2, 'manual'],
  ['cannot', 2, 'unproven'],
  ['old', 2, 'unproven'],
  ['never', 2, 'notApplicable'],
  ['condemns', 2, 'fail'],
] as const)('a gate whose only check %s exits with %i', async ([suite, code, status]) => {
  const dir = gateFolder()
  expect((await runGate(dir, ['--suite', suite])).code).toBe(code)
  expect(reportOf(dir).subjects[0]?.results.map((result) => result.status)).toEqual([status])
})

test('suites are a union, however they are asked for', async () => {
  const dir = gateFolder()
  await runGate(dir, ['--suite', 'asks,fails', '--suite', 'passes'])
  expect(reportOf(dir).subjects[0]?.results.map(({ rule }) => rule.id)).toEqual([
    'ours/asks',
    'ours/fails',
    'ours/passes',
  ])
})

test('a failure is worth more than an error, and both are counted', async () => {
  const dir = gateFolder()
  const { code, out } = await runGate(dir, ['--suite', 'ours'])
  expect(code).toBe(1)
  expect(out).toMatch(
    /^FAIL: 1 failure of the image, 2 undecided, 2 unproven, 1 manual; 1 of 8 rules passed$/m,
  )
  expect(reportOf(dir).counts.byStatus).toEqual({
    fail: 2,
    error: 1,
    waived: 0,
    unproven: 2,
    manual: 1,
    notApplicable: 1,
    pass: 1,
  })
})

test('every run writes report.html, junit.xml, report.json, summary.md, the evidence and the spec', async () => {
  const dir = gateFolder()
  await runGate(dir, ['--suite', 'ours'])
  expect(reportsOf(dir).map(([name]) => name)).toEqual([
    'evidence.json.gz',
    'junit-summary.xml',
    'junit.xml',
    'report.html',
    'report.json',
    'spec.json',
    'summary.md',
  ])
  const [junit = ''] = reportsOf(dir).flatMap(([name, text]) => (name === 'junit.xml' ? [text] : []))
  const { status, stderr } = spawnSync('xmllint', ['--noout', '--schema', 'fixtures/junit-strict.xsd', '-'], {
    input: junit,
    encoding: 'utf8',
  })
  expect(stderr + status).toBe('- validates\n0')
})

test('a result cites the evidence that it rests on, by hash', async () => {
  const dir = gateFolder()
  await runGate(dir, ['--suite', 'passes,asks'])
  const results = reportOf(dir).subjects[0]?.results ?? []
  expect(results.map(({ rule, evidence: cited }) => [rule.id, cited.map(({ probe }) => probe)])).toEqual([
    ['ours/asks', []],
    ['ours/passes', ['osRelease']],
  ])
})

test('the same evidence judged again gives the same bytes, apart from the id and times of the run', async () => {
  const timeless = (dir: string) =>
    reportsOf(dir).map(([name, text]) => [
      name,
      text
        .replaceAll(/\d{8}t\d{6}z-[0-9a-f]{6}/g, 'RUN')
        .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+Z)?/g, 'TIME')
        .replaceAll(/(<rect class="(?:ok|failed|skipped)") x="[\d.]+" width="[\d.]+"/g, '$1 TIME')
        .replaceAll(/"durationMs": [\d.]+/g, 'DURATION')
        .replaceAll(/time="[\d.]+"/g, 'DURATION')
        .replaceAll(/[\d.]+ (ms|s)\b/g, 'DURATION'),
    ])
  const dirs = [gateFolder(), gateFolder()]
  for (const dir of dirs) await runGate(dir, ['--suite', 'ours'])
  const [first, second] = dirs.map(timeless)
  expect(second).toEqual(first)
})

test('the evidence and the spec that a run kept give the same results again', async () => {
  const dir = gateFolder()
  await runGate(dir, ['--suite', 'ours'])
  const before = reportOf(dir)
  const kept = (name: string) => join(dir, 'reports', before.run.id, name)
  const again = gateFolder({ 'amiproof.toml': 'checks = ["ours.ts"]\n' })
  await runGate(again, [
    `evidence:${kept('evidence.json.gz')}`,
    '--spec',
    kept('spec.json'),
    '--suite',
    'ours',
  ])
  const after = reportOf(again)
  expect(after.subjects[0]?.results).toEqual(before.subjects[0]?.results)
  expect(after.subjects[0]?.spec).toEqual(before.subjects[0]?.spec)
  expect(after.subjects[0]?.specOrigin).toBe('file')
})

test('the evidence that a run kept gives the same results again', async () => {
  const dir = gateFolder()
  await runGate(dir, ['--suite', 'ours'])
  const before = reportOf(dir)
  const kept = join(dir, 'reports', before.run.id, 'evidence.json.gz')
  const again = gateFolder()
  await runGate(again, [`evidence:${kept}`, '--suite', 'ours'])
  const after = reportOf(again)
  expect(after.subjects[0]?.results).toEqual(before.subjects[0]?.results)
  expect(after.subjects[0]?.evidenceSha256).toBe(before.subjects[0]?.evidenceSha256)
})

test('a waiver of amiproof.toml excuses, and an expired one does not', async () => {
  const waiver = (until: string) =>
    `checks = ["ours.ts"]\nspec = "spec.json"\ntargets = ["evidence:evidence.json"]\n[[waiver]]\ncheck = "ours/fails"\nreason = "known"\nowner = "us"\nuntil = "${until}"\n`
  const excused = gateFolder({ 'amiproof.toml': waiver('2999-01-01') })
  const one = await runGate(excused, ['--suite', 'fails,passes'])
  expect(one.code).toBe(0)
  expect(one.out).toMatch(/WAIVED {2}high {2}ours\/fails/)
  const lapsed = gateFolder({ 'amiproof.toml': waiver('2020-01-01') })
  const two = await runGate(lapsed, ['--suite', 'fails,passes'])
  expect(two.code).toBe(1)
  expect(two.out).toMatch(/waiver of ours\/fails has expired and excuses nothing/)
})

test('without a spec nothing is guessed: what the node does not say leaves the run undecided, with a report', async () => {
  const dir = gateFolder({ 'amiproof.toml': 'checks = ["ours.ts"]\n' })
  const { code } = await runGate(dir, ['evidence:evidence.json', '--suite', 'passes'])
  expect(code).toBe(2)
  expect(reportOf(dir).subjects[0]?.phases.map(({ name, status }) => [name, status])).toEqual([
    ['spec', 'ok'],
    ['read', 'ok'],
    ['judge', 'failed'],
  ])
})

test('an engine that is not there is impossible, and still a full report', async () => {
  const dir = gateFolder()
  const { code } = await runGate(dir, ['docker:', '--suite', 'passes'])
  expect(code).toBe(3)
  const [subject] = reportOf(dir).subjects
  expect(subject?.phases.map(({ name, status, code: why }) => [name, status, why])).toEqual([
    ['spec', 'ok', undefined],
    ['open', 'failed', 'engine-silent'],
    ['collect', 'skipped', undefined],
    ['judge', 'skipped', undefined],
  ])
  const junit = reportsOf(dir).find(([name]) => name === 'junit.xml')?.[1]
  expect(junit).toContain('<error type="infra.engine-silent"')
})

test('recordings that are cut, or are none, are impossible and say so', async () => {
  const cut = JSON.stringify(evidence()).slice(0, 200)
  for (const text of [cut, '{}', '']) {
    const dir = gateFolder({ 'evidence.json': text })
    expect((await runGate(dir, ['--suite', 'passes'])).code).toBe(3)
    expect(reportOf(dir).subjects[0]?.phases[1]).toMatchObject({
      name: 'read',
      status: 'failed',
      code: 'bad-evidence',
    })
  }
})

test.for([
  [['--suite', 'nope'], 'there is no suite "nope"'],
  [['dcoker:x'], 'cannot open target "dcoker:x": no such kind of target; did you mean docker:x?'],
  [['--spce', 'x'], 'amiproof gate: there is no --spce, did you mean --spec?'],
  [['--spec', 'absent.json'], /^cannot read the spec .*absent\.json: ENOENT/],
  [['--junit', 'loose'], 'junit cannot be "loose": it is strict or rich'],
  [['--spec='], 'amiproof gate: --spec is empty'],
] as const)('%j is refused before anything is opened', async ([args, message]) => {
  const dir = gateFolder()
  await expect(runGate(dir, args)).rejects.toThrow(message)
  expect(readdirSync(dir)).not.toContain('reports')
})

test('reports that can no longer be written: the table is still shown, one sentence says why, and nothing is half-written', async () => {
  const dir = gateFolder({
    'ours.ts': `import { rmSync, writeFileSync } from 'node:fs'
const reports = new URL('reports', import.meta.url)
const verify = () => { rmSync(reports, { recursive: true }); writeFileSync(reports, 'in the way'); return { status: 'pass' } }
export const a = { id: 'ours/a', title: 't', phase: 'boot', severity: 'low', tags: ['ours'], fix: 'f', verify }`,
  })
  const { code, out, err } = await runGate(dir, ['--suite', 'ours'])
  expect(code).toBe(2)
  expect(out).toMatch(/^PASS: /m)
  expect(err).toMatch(/^cannot write the reports to .*$/m)
})

test('under GitHub Actions: annotations on stdout, and the summary appended to the step summary', async () => {
  const dir = gateFolder({ 'step.md': 'before\n' })
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(dir, 'step.md') }
  const { out } = await runGate(dir, ['--suite', 'fails'], env)
  expect(out).toMatch(/^::error title=ours\/fails \(high\)::fails holds: /m)
  expect(readFileSync(join(dir, 'step.md'), 'utf8')).toMatch(/^before\n# amiproof: FAIL/)
})

test('a step summary that cannot be written is a warning, not a verdict', async () => {
  const { code, err } = await runGate(gateFolder(), ['--suite', 'passes'], {
    GITHUB_STEP_SUMMARY: '/no/such/file',
  })
  expect(code).toBe(0)
  expect(err).toMatch(/warn {2}the step summary could not be written/)
})

const hostile = `ID=\x1b[31m]]></system-out><script>alert(1)</script>\0\x07 ::error::x ##[error]y\n`

test('hostile output of a node stays text in every report', async () => {
  const dir = gateFolder({ 'evidence.json': JSON.stringify(evidence(hostile + 'x'.repeat(1_000_000))) })
  const { out } = await runGate(dir, ['--suite', 'fails,passes'])
  expect(out).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/)
  expect(out).not.toMatch(/^\s*::/m)
  for (const [name, text] of reportsOf(dir)) {
    if (name.startsWith('evidence')) continue
    expect(text, name).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/)
    if (name !== 'report.json')
      expect(
        text.replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '').replace("<script>'use strict'\n", ''),
        name,
      ).not.toMatch(/<script/)
  }
})

test('invalid UTF-8 of a node stays text in every report', async () => {
  const bytes = Buffer.from([0x6e, 0xff, 0xfe, 0xc3, 0x28, 0x0a])
  const broken = evidence()
  const { osRelease } = broken.probes
  if (!osRelease) throw new Error('no os-release')
  const dir = gateFolder({
    'evidence.json': JSON.stringify({
      ...broken,
      probes: {
        osRelease: {
          ...osRelease,
          stdout: { base64: Buffer.concat([Buffer.from('ID='), bytes]).toString('base64') },
        },
      },
    }),
  })
  await runGate(dir, ['--suite', 'fails'])
  for (const [, text] of reportsOf(dir)) expect(text.isWellFormed()).toBe(true)
  expect(JSON.stringify(reportOf(dir).subjects[0]?.results[0])).toContain('\ufffd')
})

test('several targets are one report, each under its own name', async () => {
  const dir = gateFolder()
  writeFileSync(join(dir, 'second.json'), JSON.stringify(evidence('ID=amzn\n')))
  const { code } = await runGate(dir, [
    'evidence:evidence.json',
    'evidence:second.json',
    '--suite',
    'passes,breaks',
  ])
  expect(code).toBe(2)
  const { subjects, counts } = reportOf(dir)
  expect(subjects.map(({ id }) => id)).toEqual(['evidence-evidence.json', 'evidence-second.json'])
  expect(counts.total).toBe(4)
  expect(reportsOf(dir).map(([name]) => name)).toContain('evidence-evidence-second.json.json.gz')
})
