import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { runVerb, thisProcess } from '../../src/run/run-verb.ts'
import { gateFolder } from './gate-folder.ts'

const cli = resolve('src/cli.ts')
const env = { ...process.env, DOCKER_HOST: 'unix:///nowhere' }
/** A process of its own: what the process does with errors, pipes and exit codes. */
const spawned = (args: readonly string[], cwd = '.') => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd,
    encoding: 'utf8',
    env,
  })
  return { status, stdout, stderr }
}
/** The same without a process: what the verbs say. */
const run = async ([word = '', ...args]: readonly string[], cwd = process.cwd()) => {
  let stdout = ''
  let stderr = ''
  const status = await runVerb(word, args, {
    ...thisProcess(),
    env,
    cwd,
    out: (text) => {
      stdout += text
    },
    err: (text) => {
      stderr += text
    },
  })
  return { status, stdout, stderr }
}

test.for([
  [['gaet'], 'amiproof: there is no verb "gaet", did you mean gate?'],
  [['xyzzy'], 'amiproof: there is no verb "xyzzy"; amiproof --help lists them'],
  [['constructor'], /^amiproof: there is no verb "constructor"/],
  [['gate', '--suit', 'a'], 'amiproof gate: there is no --suit, did you mean --suite?'],
  [['gate', '--spec'], /^amiproof gate: Option '--spec <value>' argument missing\n$/],
  [['gate', '--suite', 'constructor'], /^there is no suite "constructor"/],
  [['gate', 'nowhere:x'], /^cannot open target "nowhere:x": no such kind of target/],
  [['gate', 'image'], /^cannot open target "image": no such kind of target/],
  [['list'], 'amiproof list: say what: checks, frameworks, suites, targets'],
  [['list', 'chekcs'], 'amiproof list: there is no chekcs to list, did you mean checks?'],
  [['explain'], 'amiproof explain: name one check or one control'],
  [['explain', 'sysctl/nothing-like-this'], /^amiproof explain: there is no check and no control/],
  [['collect', 'local:'], 'amiproof collect: say where to, as in: amiproof collect local: -o FILE'],
  [['init'], /^amiproof init: name one target/],
  [['render'], /^amiproof render: name one spec/],
  [['lint'], 'amiproof lint: name the files to look at'],
  [['lint', 'src/cli.ts'], /^amiproof lint: cannot tell what src\/cli\.ts is/],
  [['reap', 'all'], 'amiproof reap: it takes no arguments'],
] as const)('%j exits 3 with one sentence on stderr', async ([args, sentence]) => {
  const { status, stdout, stderr } = await run(args)
  expect([status, stdout]).toEqual([3, ''])
  if (typeof sentence === 'string') expect(stderr).toBe(`${sentence}\n`)
  else expect(stderr).toMatch(sentence)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
})

test('without a verb: the help, and 3', () => {
  const { status, stdout } = spawned([])
  expect(status).toBe(3)
  expect(stdout).toMatch(/^amiproof proves/)
})

test('--help names every verb that there is', async () => {
  const { verbs } = await import('../../src/run/verbs.ts')
  const { status, stdout } = spawned(['--help'])
  expect(status).toBe(0)
  for (const verb of Object.keys(verbs)) expect(stdout).toMatch(new RegExp(`^ {2}amiproof ${verb} `, 'm'))
})

test('--version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(await run(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n` })
})

test('the published command line shows its help in at most twice the time of an empty node', () => {
  const dir = mkdtempSync(join(tmpdir(), 'amiproof-help-'))
  const js = join(dir, 'cli.mjs')
  writeFileSync(js, stripTypeScriptTypes(readFileSync(cli, 'utf8')))
  const best = (args: readonly string[]): number =>
    Math.min(
      ...Array.from({ length: 9 }, () => {
        const start = performance.now()
        const { status } = spawnSync(process.execPath, [...args])
        expect(status).toBe(0)
        return performance.now() - start
      }),
    )
  expect(best([js, '--help'])).toBeLessThanOrEqual(2 * best(['-e', '0']))
})

test('an error that nobody caught is a bug of ours and ends in 2, never in 1', () => {
  const dir = gateFolder({
    'ours.ts': `queueMicrotask(() => { throw new Error('deep inside') })\nexport const a = { id: 'o/a', title: 't', phase: 'image', severity: 'low', tags: ['o'], fix: 'f', verify: () => ({ status: 'pass' }) }`,
  })
  const { status, stderr } = spawned(['gate', '--suite', 'o'], dir)
  expect(status).toBe(2)
  expect(stderr).toMatch(/^amiproof: a bug of ours: Error: deep inside$/m)
})

test('a promise that nobody caught is the same', () => {
  const dir = gateFolder({
    'ours.ts': `Promise.reject(new Error('deep inside'))\nexport const a = { id: 'o/a', title: 't', phase: 'image', severity: 'low', tags: ['o'], fix: 'f', verify: () => ({ status: 'pass' }) }`,
  })
  expect(spawned(['gate'], dir).status).toBe(2)
})

test('a reader that stops reading is no failure', () => {
  const { status, stdout, stderr } = spawnSync(
    'sh',
    ['-c', `"$0" "$1" explain PR-A15 | true; "$0" "$1" list checks | head -n 1`, process.execPath, cli],
    {
      encoding: 'utf8',
    },
  )
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout.split('\n')).toHaveLength(2)
})

test('list shows checks, suites, targets and frameworks; with --json as data', async () => {
  expect((await run(['list', 'checks'])).stdout).toMatch(
    /^containerd-unit\/active +critical +boot +node +containerd runs$/m,
  )
  expect((await run(['list', 'suites'])).stdout).toMatch(/^node +\d+ checks$/m)
  const targets = (await run(['list', 'targets'])).stdout.split('\n')
  expect(targets.map((line) => line.split(':')[0])).toEqual(
    expect.arrayContaining(['docker', 'evidence', 'local']),
  )
  const rows: readonly (readonly string[])[] = JSON.parse(
    (await run(['list', 'frameworks', '--json'])).stdout,
  )
  expect(rows.map(([id]) => id)).toContain('trace')
})

test('explain says what a check wants, and what checks a control', async () => {
  expect((await run(['explain', 'containerd-unit/active'])).stdout).toMatch(
    /containerd runs[\s\S]*severity {2}critical[\s\S]*control {3}trace\/[A-Z0-9-]+: /,
  )
  expect((await run(['explain', 'PR-A15'])).stdout).toMatch(/^trace\/PR-A15: .*\n {2}checked by [a-z/-]+: /)
  expect((await run(['explain', 'containerd/cdi'])).stdout).toMatch(
    /looks at {2}containerdDump:\n {14}containerd config dump\n/,
  )
  expect((await run(['explain', 'trace/EN-10'])).stdout).toMatch(/^trace\/EN-10: /)
})

test('explain says what a check makes of a recording', async () => {
  const evidence = ['--evidence', 'fixtures/evidence/docker-node.json']
  const spec = ['--spec', 'fixtures/specs/docker-node.json']
  expect((await run(['explain', 'containerd/cdi', ...evidence, ...spec])).stdout).toMatch(
    /\n {2}here {6}pass\n[\s\S]* read containerdDump, sha256 [0-9a-f]{12}\n$/,
  )
  expect((await run(['explain', 'PR-A15', ...evidence])).stderr).toContain('PR-A15 is a control')
  expect((await run(['explain', 'containerd/cdi', '--evidence', 'nowhere.json'])).stderr).toMatch(
    /cannot read the recording .*nowhere\.json/,
  )
})

test('render writes the files of a spec below a folder, with their modes', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'amiproof-render-'))
  const { status, stdout } = await run(['render', 'fixtures/specs/docker-node.json', '-o', dir])
  expect(status).toBe(0)
  expect(stdout).toContain(`0644 root:root ${join(dir, 'etc/containerd/config.toml')}\n`)
  expect(readFileSync(join(dir, 'etc/containerd/config.toml'), 'utf8')).toContain('version = 2')
  expect((await run(['render', 'fixtures/specs/docker-node.json'])).stdout).toMatch(
    /^# \/etc\/containerd\/config\.toml \(0644 root:root, join\)$/m,
  )
})

test('lint prints as a compiler does, and exits 1 when something is wrong', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'amiproof-lint-'))
  const good = resolve('fixtures/specs/docker-node.json')
  expect(await run(['lint', good])).toEqual({ status: 0, stdout: '', stderr: '' })
  writeFileSync(join(dir, 'amiproof.toml'), '\nsuits = ["node"]\n')
  writeFileSync(join(dir, 'spec.json'), '{\n "schema": 1,\n "image": {\n  "os": "al2"\n }\n}')
  expect(await run(['lint', 'amiproof.toml'], dir)).toEqual({
    status: 1,
    stdout: 'amiproof.toml:2:1: error: unknown key suits; did you mean suites? [amiproof/config]\n',
    stderr: '',
  })
  expect((await run(['lint', 'spec.json'], dir)).stdout).toMatch(
    /^spec\.json:4:3: error: image\.os: expected al2023, debian13; found "al2" \[spec\/shape\]$/m,
  )
})
