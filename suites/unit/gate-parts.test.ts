import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { frameworks } from '../../src/frameworks/index.ts'
import { AmiproofError } from '../../src/lib/errors.ts'
import { exitCodeOf } from '../../src/result/verdict.ts'
import { assemble } from '../../src/run/assemble.ts'
import { type LogOptions, openLog } from '../../src/run/log.ts'
import { trackPhases } from '../../src/run/phases.ts'
import { readSpec } from '../../src/run/spec-file.ts'
import { subjectIds } from '../../src/run/subject-id.ts'
import type { Terminal } from '../../src/run/terminal.ts'
import { sweepPartialReports, writeReports } from '../../src/run/write-reports.ts'
import { failing, passing, report, rule, subject } from './report-samples.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'amiproof-gate-'))
const clock = () => {
  let at = Date.parse('2026-11-20T08:00:00Z')
  return () => {
    at += 1_000
    return new Date(at)
  }
}
const lost = new AmiproofError('the node went away', {
  kind: 'collect',
  code: 'gone',
  op: 'collect',
  blame: 'instance',
})

test('phases are timed, a failed one keeps its blame, and those after it are skipped', async () => {
  const phases = trackPhases(clock())
  expect(await phases.run('open', () => 'target')).toBe('target')
  expect(await phases.run('collect', () => Promise.reject(lost))).toBe(undefined)
  expect(await phases.run('judge', () => 'never')).toBe(undefined)
  await phases.always('close', async () => {})
  expect(phases.recorded()).toEqual([
    { name: 'open', status: 'ok', startedAt: '2026-11-20T08:00:01.000Z', durationMs: 1_000 },
    {
      name: 'collect',
      status: 'failed',
      startedAt: '2026-11-20T08:00:03.000Z',
      durationMs: 1_000,
      message: 'the node went away',
      blame: 'instance',
      code: 'gone',
      kind: 'collect',
    },
    {
      name: 'judge',
      status: 'skipped',
      startedAt: '2026-11-20T08:00:05.000Z',
      durationMs: 0,
      message: 'collect failed',
    },
    { name: 'close', status: 'ok', startedAt: '2026-11-20T08:00:06.000Z', durationMs: 1_000 },
  ])
})

test('what is thrown and is not ours is a bug of ours, and leaves the run undecided', async () => {
  const phases = trackPhases(clock())
  await phases.run('judge', () => {
    throw new TypeError('x is not a function')
  })
  expect(phases.recorded()[0]).toMatchObject({
    kind: 'bug',
    blame: 'harness',
    message: 'a bug in amiproof: x is not a function',
  })
  expect(exitCodeOf(report([subject([passing()], { phases: phases.recorded() })]))).toBe(2)
})

test('a report is assembled from what was examined: waivers first, then counts and verdict', () => {
  const waiver = { check: 'network/ip-forward', reason: 'r', owner: 'o', until: '2026-11-20' }
  const { run } = report([])
  const made = assemble({
    version: '0.1.0',
    run,
    subjects: [subject([failing(), passing()])],
    waivers: [waiver],
    rules: [rule('network/ip-forward'), rule('network/bridge')],
  })
  expect(made.counts.byStatus).toMatchObject({ fail: 0, waived: 1, pass: 1 })
  expect(made.verdict.status).toBe('pass')
})

test('reports appear under the name of the run, all at once', () => {
  const out = join(folder(), 'deep', 'reports')
  const written = writeReports(out, 'run-1', [
    { name: 'junit.xml', content: '<x/>' },
    { name: 'evidence.json.gz', content: new Uint8Array([1, 2]) },
  ])
  expect(written).toBe(join(out, 'run-1'))
  expect(readdirSync(out)).toEqual(['run-1'])
  expect(readdirSync(written).sort()).toEqual(['evidence.json.gz', 'junit.xml'])
  expect(readFileSync(join(written, 'junit.xml'), 'utf8')).toBe('<x/>')
})

test('a report that cannot be written leaves nothing, and one sentence says why', () => {
  const out = folder()
  const files = [
    { name: 'good.txt', content: 'x' },
    { name: 'no/such/folder.txt', content: 'x' },
  ]
  expect(() => writeReports(out, 'run-1', files)).toThrow(/^cannot write the reports to .*run-1: ENOENT/)
  expect(readdirSync(out)).toEqual([])
})

test('what a killed run left half-written is swept, what a living one writes is not', () => {
  const out = folder()
  mkdirSync(join(out, '.partial-999999999-run-1'))
  mkdirSync(join(out, `.partial-${process.pid}-run-2`))
  mkdirSync(join(out, 'run-3'))
  expect(sweepPartialReports(out)).toEqual(['.partial-999999999-run-1'])
  expect(readdirSync(out).sort()).toEqual([`.partial-${process.pid}-run-2`, 'run-3'])
  expect(sweepPartialReports(join(out, 'absent'))).toEqual([])
})

test.for([
  [['docker:'], ['docker']],
  [['docker:amiproof/node:1'], ['docker-amiproof-node-1']],
  [
    ['local:', 'local:', 'local:'],
    ['local', 'local-2', 'local-3'],
  ],
  [['evidence:../a b.json.gz'], ['evidence-..-a-b.json.gz']],
  [[':'], ['node']],
] as const)('the nodes at %j are called %j', ([addresses, ids]) => {
  expect(subjectIds(addresses)).toEqual(ids)
})

const logged = async (options: Partial<LogOptions>, isTty = false): Promise<string> => {
  let said = ''
  const terminal: Terminal = {
    env: {},
    cwd: '/',
    version: '0.1.0',
    now: () => new Date(),
    out: () => {},
    err: (text) => {
      said += text
    },
    outIsTty: false,
    errIsTty: isTty,
  }
  const log = await openLog(terminal, { format: 'text', verbosity: 0, fields: { run: 'r1' }, ...options })
  const node = log.with({ node: 'docker' })
  node.progress('booting\x1b[31m')
  node.progress('booting')
  node.debug('detail', { phase: 'open' })
  node.info('opened', { phase: 'open' })
  node.warn('slow\nnode', { phase: 'open' })
  log.end()
  return said
}

test('without -v: each progress line once, and warnings', async () => {
  expect(await logged({})).toBe('docker: booting\nwarn  slow node run=r1 node=docker phase=open\n')
})

test('-v adds information, -vv details, with run, node and phase on every line', async () => {
  const once = await logged({ verbosity: 1 })
  expect(once).toMatch(/^\d\d:\d\d:\d\d info {2}opened run=r1 node=docker phase=open$/m)
  expect(once).not.toMatch(/detail/)
  expect(await logged({ verbosity: 2 })).toMatch(/debug detail run=r1 node=docker phase=open/)
})

test('--log json is one object per line, progress included', async () => {
  const lines = (await logged({ format: 'json' })).trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'info', msg: 'booting', run: 'r1', node: 'docker' },
    { level: 'info', msg: 'booting' },
    { level: 'info', msg: 'opened', phase: 'open' },
    { level: 'warn', msg: 'slow node' },
  ])
})

test('on a terminal progress is one line that is written over, and gone at the end', async () => {
  const said = await logged({}, true)
  expect(said).toBe(
    'docker: booting\r\x1b[Kwarn  slow node run=r1 node=docker phase=open\ndocker: booting\r\x1b[K',
  )
})

test('a spec that is wrong is refused with the path of every mistake', () => {
  const path = join(folder(), 'spec.json')
  const image = { os: 'al2', arch: 'x86_64', kubernetes: '1.35', containerd: '2.1.0' }
  writeFileSync(path, JSON.stringify({ schema: 1, image, x: 1 }))
  expect(() => readSpec(path)).toThrow(/spec\.json[\s\S]*image\.os/)
  expect(() => readSpec(path)).toThrow(/\bx\b/)
  writeFileSync(path, '{')
  expect(() => readSpec(path)).toThrow(/spec\.json: it is not JSON/)
  expect(() => readSpec('/no/such/spec.json')).toThrow(/^cannot read the spec \/no\/such\/spec\.json: ENOENT/)
})

test('frameworks list each control once, and the items of the source documents are those of docs/traceability.json', () => {
  for (const { controls } of frameworks)
    expect(new Set(controls.map(({ id }) => id)).size).toBe(controls.length)
  const items: readonly { id: string; item: string }[] = JSON.parse(
    readFileSync('docs/traceability.json', 'utf8'),
  )
  const trace = frameworks.find(({ id }) => id === 'trace')
  expect(trace?.controls).toEqual(items.map(({ id, item }) => ({ id, title: item })))
})
