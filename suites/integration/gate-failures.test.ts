import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { cli, containerOf, leftBy, newOut, reportIn, start, startGate } from './gate-run.ts'

test('an engine that is nowhere: 3, with a full report', async () => {
  const out = newOut()
  const { code } = await startGate(['--out', out], { DOCKER_HOST: 'unix:///nowhere' }).ended
  expect(code).toBe(3)
  expect(reportIn(out).subjects[0]?.phases.map(({ name, status }) => [name, status])).toEqual([
    ['spec', 'ok'],
    ['open', 'failed'],
    ['collect', 'skipped'],
    ['judge', 'skipped'],
  ])
})

test('an image that cannot be had: undecided or impossible, with a full report and nothing left', async () => {
  const out = newOut()
  const { child, ended } = startGate(['docker:amiproof.invalid/no/such:image', '--out', out])
  expect([2, 3]).toContain((await ended).code)
  expect(reportIn(out).subjects[0]?.phases[1]).toMatchObject({ name: 'open', status: 'failed' })
  expect(leftBy(child.pid)).toEqual([])
})

/** A checkout whose node image cannot be built, because its Dockerfile says so. */
const brokenCheckout = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'amiproof-checkout-'))
  for (const name of ['src', 'infra', 'fixtures/specs', 'package.json'])
    cpSync(name, join(dir, name), { recursive: true })
  symlinkSync(resolve('node_modules'), join(dir, 'node_modules'))
  writeFileSync(
    join(dir, 'infra/images/node/Dockerfile'),
    'ARG BASE\nFROM $BASE\nRUN echo it breaks here >&2; exit 7\n',
  )
  return dir
}

test('a node image that cannot be built: undecided, the report says where it broke', async () => {
  const out = newOut()
  const dir = brokenCheckout()
  const { code } = await start(process.execPath, [join(dir, 'src/cli.ts'), 'gate', '--out', out]).ended
  rmSync(dir, { recursive: true })
  expect(code).toBe(2)
  const open = reportIn(out).subjects[0]?.phases.find(({ name }) => name === 'open')
  expect(open).toMatchObject({ status: 'failed' })
  expect(open?.message).toMatch(/it breaks here|exit 7|code: 7|status 7/)
})

test('an image that does not boot condemns the image', async () => {
  const image = 'amiproof-test/no-boot'
  const dockerfile =
    'FROM debian:trixie-slim\nRUN mkdir -p /usr/lib/systemd && printf "#!/bin/sh\\nexit 1\\n" > /usr/lib/systemd/systemd && chmod 755 /usr/lib/systemd/systemd\nCMD ["/usr/lib/systemd/systemd"]\n'
  const built = spawnSync('docker', ['build', '-q', '-t', image, '-'], {
    input: dockerfile,
    encoding: 'utf8',
  })
  expect(built.status, built.stderr).toBe(0)
  const out = newOut()
  const { child, ended } = startGate([
    `docker:${image}`,
    '--spec',
    'fixtures/specs/docker-node.json',
    '--out',
    out,
  ])
  const { code } = await ended
  spawnSync('docker', ['rmi', '-f', image])
  expect(code).toBe(1)
  expect(reportIn(out).subjects[0]?.phases[1]).toMatchObject({ status: 'failed', blame: 'image' })
  expect(leftBy(child.pid)).toEqual([])
})

test('a container that dies while evidence is collected: undecided, a full report, nothing left', async () => {
  const out = newOut()
  const { child, says, ended } = startGate(['--out', out])
  await says('collecting evidence')
  spawnSync('docker', ['kill', containerOf(child.pid)])
  const { code } = await ended
  expect(code).toBe(2)
  const { phases, results } = reportIn(out).subjects[0] ?? {}
  expect(phases?.find(({ name }) => name === 'collect')).toMatchObject({ status: 'failed' })
  expect(phases?.find(({ name }) => name === 'judge')).toMatchObject({
    status: 'skipped',
    message: 'collect failed',
  })
  expect(results).toEqual([])
  expect(leftBy(child.pid)).toEqual([])
})

test.for([
  ['cut', '/usr/bin/base64.real "$@" | head -c 3000'],
  ['doubled', '/usr/bin/base64.real "$@" >/tmp/b; cat /tmp/b /tmp/b'],
  ['corrupted', '/usr/bin/base64.real "$@" | sed "5s/[A-M]/N/"'],
] as const)('a transmission that is %s: undecided, a full report, nothing judged', async ([name, script]) => {
  const image = `amiproof-test/${name}`
  const wrapper = Buffer.from(`#!/bin/sh\n${script}\n`).toString('base64')
  const dockerfile = `FROM debian:trixie-slim\nRUN echo ${wrapper} | base64 -d >/w && mv /usr/bin/base64 /usr/bin/base64.real && mv /w /usr/bin/base64 && chmod 755 /usr/bin/base64\n`
  const built = spawnSync('docker', ['build', '-q', '-t', image, '-'], {
    input: dockerfile,
    encoding: 'utf8',
  })
  expect(built.status, built.stderr).toBe(0)
  const out = newOut()
  const { code } = await startGate([
    `docker:${image}`,
    '--spec',
    'fixtures/specs/docker-node.json',
    '--out',
    out,
  ]).ended
  spawnSync('docker', ['rmi', '-f', image])
  expect(code).toBe(2)
  const { phases, results } = reportIn(out).subjects[0] ?? {}
  expect(phases?.find(({ name: phase }) => phase === 'collect')).toMatchObject({
    status: 'failed',
    kind: 'collect',
  })
  expect(results).toEqual([])
})

test.for(['SIGINT', 'SIGTERM'] as const)(
  '%s while the node boots: 130, a full report, nothing left',
  async (signal) => {
    const out = newOut()
    const { child, says, ended } = startGate(['--out', out])
    await says('booting')
    child.kill(signal)
    expect((await ended).code).toBe(130)
    expect(reportIn(out).verdict.status).toBe('interrupted')
    expect(leftBy(child.pid)).toEqual([])
  },
)

test('SIGINT while evidence is collected: 130, a full report, nothing left', async () => {
  const out = newOut()
  const { child, says, ended } = startGate(['--out', out])
  await says('collecting evidence')
  child.kill('SIGINT')
  expect((await ended).code).toBe(130)
  expect(reportIn(out).subjects[0]?.phases.find(({ name }) => name === 'close')).toMatchObject({
    status: 'ok',
  })
  expect(leftBy(child.pid)).toEqual([])
})

test('SIGKILL: what is left is swept by reap, and nothing of the reports is half-written', async () => {
  const out = newOut()
  const { child, says, ended } = startGate(['--out', out])
  await says('collecting evidence')
  child.kill('SIGKILL')
  await ended
  expect(leftBy(child.pid).length).toBeGreaterThan(0)
  const { status, stdout } = spawnSync(process.execPath, [cli, 'reap'], { encoding: 'utf8' })
  expect(status).toBe(0)
  expect(stdout).toMatch(/container amiproof-/)
  expect(leftBy(child.pid)).toEqual([])
  expect(readdirSync(out)).toEqual([])
})

test('SIGKILL: the next gate sweeps too', async () => {
  const { child, says, ended } = startGate(['--out', newOut()])
  await says('collecting evidence')
  child.kill('SIGKILL')
  await ended
  await startGate(['local:', '--out', newOut()]).ended
  expect(leftBy(child.pid)).toEqual([])
})

/** Runs a script where `out` is a file system of 64 KiB: in a mount namespace of its own, so nothing is left mounted. */
const onSmallDisk = (out: string, script: string) =>
  spawnSync(
    'unshare',
    [
      ...(process.getuid?.() === 0 ? ['-m'] : ['-rm']),
      'sh',
      '-c',
      `mount -t tmpfs -o size=64k none "$1" && ${script}`,
      'sh',
      out,
    ],
    { encoding: 'utf8' },
  )

test('a disk that fills up while reports are written: one sentence, 2, and nothing half-written', () => {
  const out = newOut()
  const gate = `"${process.execPath}" "${cli}" gate local: --spec fixtures/specs/docker-node.json --out "$1"; echo "code $?"; ls -A "$1"`
  const { stdout, stderr } = onSmallDisk(out, gate)
  expect(stderr).toMatch(
    /^cannot write the reports to .*: the disk is full; free some space or choose another folder with --out$/m,
  )
  // This host is no node, so failures of the image stand; the contract puts those first.
  expect(stdout).toMatch(/\ncode [12]\n$/)
})

test('a disk that fills up under a node that is good: 2', () => {
  const out = newOut()
  const recording = join(newOut(), 'node.json.gz')
  expect(spawnSync(process.execPath, [cli, 'collect', 'docker:', '-o', recording]).status).toBe(0)
  const gate = `"${process.execPath}" "${cli}" gate "evidence:${recording}" --spec fixtures/specs/docker-node.json --out "$1"; echo "code $?"; ls -A "$1"`
  const { stdout, stderr } = onSmallDisk(out, gate)
  expect(stderr).toMatch(/the disk is full/)
  expect(stdout).toMatch(/\ncode 2\n$/)
})

/** A checkout with one suite of its own, to break. */
const suiteCheckout = (files: Readonly<Record<string, string>>): string => {
  const dir = mkdtempSync(join(tmpdir(), 'amiproof-suites-'))
  for (const name of [
    'src',
    'scripts',
    'infra',
    'fixtures/specs',
    'package.json',
    'tsconfig.json',
    'vitest.config.ts',
  ])
    cpSync(name, join(dir, name), { recursive: true })
  mkdirSync(join(dir, 'suites'))
  for (const name of readdirSync('suites').filter((one) => one.endsWith('.ts')))
    cpSync(join('suites', name), join(dir, 'suites', name))
  symlinkSync(resolve('node_modules'), join(dir, 'node_modules'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(dir, name, '..'), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  return dir
}
const npmTest = (dir: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  const path = `${resolve('node_modules/.bin')}:${process.env.PATH}`
  const { status, stdout, stderr } = spawnSync(process.execPath, ['suites/main.ts', ...args], {
    cwd: dir,
    encoding: 'utf8',
    env: { ...process.env, PATH: path, ...env },
  })
  const [run = ''] = readdirSync(join(dir, 'reports'))
  const junit = (suite: string): string =>
    readFileSync(join(dir, 'reports', run, `${suite}.junit.xml`), 'utf8')
  return { status, last: stdout.trimEnd().split('\n').at(-1), stdout, stderr, junit }
}
const good = `import { expect, test } from 'vitest'\ntest('adds', () => { expect(1 + 1).toBe(2) })\n`

test('a suite that passes: 0, one line on stdout, and its JUnit file', () => {
  const dir = suiteCheckout({ 'suites/unit/good.test.ts': good })
  const { status, stdout, junit } = npmTest(dir, ['--suite', 'unit'])
  expect([status, stdout]).toEqual([0, '1 passed, 0 failed, 0 skipped\n'])
  expect(junit('unit')).toContain('<testcase classname="unit.good" name="[suites/unit/good.test.ts] adds"')
})

test('a test file that cannot be imported is an error case, and fails', () => {
  const dir = suiteCheckout({
    'suites/unit/good.test.ts': good,
    'suites/unit/broken.test.ts': `import './no-such-file.ts'\n`,
  })
  const { status, last, junit } = npmTest(dir, ['--suite', 'unit'])
  expect([status, last]).toEqual([1, '1 passed, 1 failed, 0 skipped'])
  expect(junit('unit')).toMatch(
    /name="\[suites\/unit\/broken\.test\.ts\] the file loads"[^>]*>\s*<error type="unloadable"/,
  )
})

test('an error that no test caught is an error case, and fails', () => {
  const dir = suiteCheckout({
    'suites/unit/loose.test.ts': `${good}Promise.reject(new Error('nobody listens'))\n`,
  })
  const { status, last, junit } = npmTest(dir, ['--suite', 'unit'])
  expect([status, last]).toEqual([1, '1 passed, 1 failed, 0 skipped'])
  expect(junit('unhandled')).toContain('nobody listens')
})

test('a set-up that throws is an error case, and fails', () => {
  const dir = suiteCheckout({
    'suites/node/good.test.ts': good,
    'suites/boot.ts': `export default () => { throw new Error('no set-up today') }\n`,
  })
  const { status, last, stderr, junit } = npmTest(dir, ['--suite', 'node', '--target', 'local:'])
  expect(status).toBe(1)
  expect(last).toMatch(/^0 passed, [12] failed, 0 skipped$/)
  expect(stderr).toContain('no set-up today')
  expect(junit('node')).toContain('<error type="suite"')
})

test('a target that cannot be opened fails the live suite with a case per phase', () => {
  const dir = suiteCheckout({
    'suites/node/checks.test.ts': readFileSync('suites/node/checks.test.ts', 'utf8'),
  })
  const { status, junit } = npmTest(dir, ['--suite', 'node', '--target', 'evidence:absent.json'])
  expect(status).toBe(1)
  expect(junit('node')).toMatch(
    /name="\[phase\/read\] read \(evidence-absent\.json\)"[^>]*>\s*<error type="infra\.unreadable-recording"/,
  )
})

test('a suite that this machine cannot run is named, and fails where CI or the caller asked for it', () => {
  const dir = suiteCheckout({ 'suites/unit/good.test.ts': good, 'suites/integration/good.test.ts': good })
  const nowhere = { DOCKER_HOST: 'unix:///nowhere', CI: '' }
  const { status, stderr, junit } = npmTest(dir, ['--suite', 'integration'], nowhere)
  expect(status).toBe(2)
  expect(stderr).toMatch(/^COULD NOT RUN integration: .*DOCKER_HOST/m)
  expect(junit('integration')).toContain('<error type="suite"')
})

test.for([
  [['--suite', 'untit'], 'there is no suite "untit", did you mean unit?'],
  [['--sute', 'unit'], /^Unknown option '--sute'/],
] as const)('npm test -- %j exits 3 with one sentence', ([args, sentence]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['suites/main.ts', ...args], {
    encoding: 'utf8',
  })
  expect([status, stdout]).toEqual([3, ''])
  expect(stderr.trim()).toMatch(sentence)
})
