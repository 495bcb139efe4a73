import { spawnSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { runVerb, thisProcess } from '../../src/run/run-verb.ts'
import { gateFolder, runGate } from './gate-folder.ts'

const env = { ...process.env, DOCKER_HOST: 'unix:///nowhere' }
const run = async ([word = '', ...args]: readonly string[], cwd: string) => {
  let stderr = ''
  const status = await runVerb(word, args, {
    ...thisProcess(),
    env,
    cwd,
    out: () => {},
    err: (text) => {
      stderr += text
    },
  })
  return { status, stderr }
}
const collect = ['collect', 'evidence:evidence.json', '-o']
const fifo = (path: string): string => {
  expect(spawnSync('mkfifo', [path]).status).toBe(0)
  return path
}

test.for(['collect', 'init'])('%s keeps a file that exists', async (verb) => {
  const dir = gateFolder({ 'mine.json': 'corrected by hand' })
  const args = [verb, 'evidence:evidence.json', '-o', 'mine.json']
  expect(await run(args, dir)).toEqual({
    status: 3,
    stderr: `cannot write ${join(dir, 'mine.json')}: it exists; name another, or say --overwrite to replace it\n`,
  })
  expect(readFileSync(join(dir, 'mine.json'), 'utf8')).toBe('corrected by hand')
})

test('collect replaces a file where --overwrite says so', async () => {
  const dir = gateFolder({ 'mine.json': 'corrected by hand' })
  expect((await run([...collect, 'mine.json', '--overwrite'], dir)).status).toBe(0)
  expect(readFileSync(join(dir, 'mine.json'), 'latin1')).not.toBe('corrected by hand')
})

test('collect writes a new file in a new folder, and leaves nothing beside it', async () => {
  const dir = gateFolder()
  expect((await run([...collect, 'a/b/new.json.gz'], dir)).status).toBe(0)
  expect(readdirSync(join(dir, 'a/b'))).toEqual(['new.json.gz'])
})

test.for(['link', 'dangling', 'fifo', 'folder'])('collect never replaces a %s', async (kind) => {
  const dir = gateFolder({ 'mine.json': 'mine' })
  symlinkSync('mine.json', join(dir, 'link'))
  symlinkSync('nowhere', join(dir, 'dangling'))
  fifo(join(dir, 'fifo'))
  mkdirSync(join(dir, 'folder'))
  const before = lstatSync(join(dir, kind)).ino
  const { status, stderr } = await run([...collect, kind, '--overwrite'], dir)
  expect(status).toBe(3)
  expect(stderr).toMatch(/^cannot write .*: it is (a link|not a regular file|a folder)[^\n]*\n$/)
  expect(lstatSync(join(dir, kind)).ino).toBe(before)
  expect(readFileSync(join(dir, 'mine.json'), 'utf8')).toBe('mine')
})

/** In a process of its own, which is killed where it does not end. */
const spawned = (args: readonly string[], cwd: string) =>
  spawnSync(process.execPath, [resolve('src/cli.ts'), ...args], {
    cwd,
    env,
    encoding: 'utf8',
    timeout: 30_000,
  })

test.runIf(process.platform === 'linux')(
  'a folder below /proc is refused, and not tried for ever',
  () => {
    const dir = gateFolder()
    for (const args of [
      ['gate', '--out', '/proc/amiproof-test/reports'],
      [...collect, '/proc/amiproof-test/file'],
      ['render', 'spec.json', '-o', '/proc/amiproof-test/nodes/one'],
    ]) {
      const { status, stderr } = spawned(args, dir)
      expect([args, status]).toEqual([args, 3])
      expect(stderr).toMatch(/cannot write [^\n]*\/proc\/amiproof-test[^\n]*\n$/)
    }
  },
  120_000,
)

test.for([
  ['a file', 'spec.json'],
  ['below a file', 'spec.json/reports'],
  ['a link to nothing', 'dangling'],
  ['a name too long', 'x'.repeat(300)],
] as const)('reports to %s are refused before anything is judged', async ([, out]) => {
  const dir = gateFolder({
    'ours.ts': `import { writeFileSync } from 'node:fs'
export const a = { id: 'ours/a', title: 't', phase: 'boot', severity: 'low', tags: ['ours'], fix: 'f', verify: () => { writeFileSync(new URL('judged', import.meta.url), ''); return { status: 'pass' } } }`,
  })
  symlinkSync('nowhere', join(dir, 'dangling'))
  const { status, stderr } = await run(['gate', '--suite', 'ours', '--out', out], dir)
  expect(status).toBe(3)
  expect(stderr).toMatch(/cannot write the reports to [^\n]*\n$/)
  expect(stderr).not.toContain('a bug of ours')
  expect(existsSync(join(dir, 'judged'))).toBe(false)
  expect((await runGate(dir, ['--suite', 'ours'])).code).toBe(0)
  expect(existsSync(join(dir, 'judged'))).toBe(true)
})

test('render refuses a file for a folder, overwriting or not, and an empty name', async () => {
  const dir = gateFolder()
  for (const more of [[], ['--overwrite']]) {
    const { status, stderr } = await run(['render', 'spec.json', '-o', 'ours.ts', ...more], dir)
    expect(status).toBe(3)
    expect(stderr).toMatch(/^cannot write below .*ours\.ts: it is not a folder; name another\n$/)
  }
  expect(await run(['render', 'spec.json', '-o', ''], dir)).toEqual({
    status: 3,
    stderr: 'amiproof render: -o is empty\n',
  })
})

test.for([
  ['gate', '--spec', 'fifo'],
  ['gate', '--config', 'fifo'],
  ['gate', '--config', 'waivers.toml'],
  ['gate', 'evidence:fifo'],
  ['render', 'fifo'],
])('%j does not wait for a pipe', (args) => {
  const dir = gateFolder({ 'waivers.toml': 'waivers = ["fifo"]\n' })
  fifo(join(dir, 'fifo'))
  const { status, stderr, stdout } = spawned(args, dir)
  expect([status, `${stdout}${stderr}`]).toEqual([3, expect.stringContaining('it is not a regular file')])
})

test.for([
  ['[', /deep\.yaml: it nests deeper than \d+ levels\n$/],
  ['- ', /deep\.yaml: it nests deeper than \d+ levels\n$/],
  ['{"a":', /deep\.yaml: it nests deeper than \d+ levels, at offset \d+\n$/],
] as const)('a spec of nothing but %j is said to nest too deep', async ([level, sentence]) => {
  const dir = gateFolder({ 'deep.yaml': level.repeat(20_000) })
  const { status, stderr } = await run(['render', 'deep.yaml'], dir)
  expect(status).toBe(3)
  expect(stderr).toMatch(sentence)
})

test('a spec that is no text is said to be none', async () => {
  const dir = gateFolder()
  for (const bytes of [Uint8Array.from({ length: 256 }, (_, at) => at), Uint8Array.of(0x7b, 0xff, 0x7d)]) {
    writeFileSync(join(dir, 'binary.json'), bytes)
    const { status, stderr } = await run(['render', 'binary.json'], dir)
    expect([status, stderr]).toEqual([
      3,
      expect.stringMatching(/^reading [^\n]*binary\.json: line \d+ is not UTF-8; [^\n]*\n$/),
    ])
  }
})

test('a current folder that is gone is no bug of ours', () => {
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', 'rmdir "$PWD" && exec "$0" "$1" gate', process.execPath, resolve('src/cli.ts')],
    {
      cwd: (() => {
        const gone = join(gateFolder(), 'gone')
        mkdirSync(gone)
        return gone
      })(),
      env,
      encoding: 'utf8',
    },
  )
  expect([status, stderr]).toEqual([3, 'amiproof: the current folder is gone; change to one that exists\n'])
})

test.for(['', ',', ' , '])('--suite %j is refused by every verb that has it', async (suite) => {
  const dir = gateFolder()
  for (const args of [['gate'], ['collect', 'evidence:evidence.json', '-o', 'new'], ['list', 'checks']])
    expect(await run([...args, '--suite', suite], dir)).toEqual({
      status: 3,
      stderr: `amiproof ${args[0]}: --suite is empty\n`,
    })
})

test.for(['docker:UPPER/Case', 'docker:../../x', 'docker:a b', 'docker:x:', 'docker:x@sha256:1'])(
  '%s names no image, and is refused without an engine',
  async (address) => {
    const dir = gateFolder()
    for (const args of [
      ['gate', address],
      ['collect', address, '-o', 'new'],
    ]) {
      const { status, stderr } = await run(args, dir)
      expect(status).toBe(3)
      expect(stderr).toMatch(/cannot open target "docker:.*that is not the name of an image[^\n]*\n$/)
    }
  },
)
