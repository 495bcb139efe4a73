import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { execOf } from '../../src/facts/evidence.ts'
import { readFacts } from '../../src/facts/index.ts'
import { AmiproofError } from '../../src/lib/errors.ts'
import { text } from '../../src/lib/exec.ts'
import { collect, probesFor } from '../../src/run/collect.ts'
import { readCollection } from '../../src/run/collect-read.ts'
import { collectScript, type Probes } from '../../src/run/collect-script.ts'
import type { Target } from '../../src/targets/target.ts'

const nonce = 'c0ffee00c0ffee00'
const run = (probes: Probes, env: Record<string, string> = {}) =>
  spawnSync('/bin/sh', {
    input: collectScript(probes, nonce),
    env: { PATH: '/usr/bin:/bin', ...env },
    maxBuffer: 64 * 1024 * 1024,
  })
const collected = (probes: Probes) => readCollection(run(probes).stdout, nonce)
const one = (probe: string, more: Partial<Probes[string]> = {}): Probes => ({
  it: { probe, version: 3, ...more },
})
const outcome = (probes: Probes) => {
  const output = collected(probes).it
  if (!output) throw new Error('the probe is missing')
  const { stdout, stderr, ...rest } = execOf(output)
  return { ...rest, stdout: text(stdout), stderr: text(stderr) }
}
const failure = (stdout: Uint8Array): AmiproofError => {
  try {
    readCollection(stdout, nonce)
  } catch (error) {
    if (error instanceof AmiproofError) return error
    throw error
  }
  throw new Error('the transmission was accepted')
}

describe('a probe', () => {
  test('keeps its exit code and its streams apart', () => {
    expect(outcome(one('echo out; echo err >&2; exit 3'))).toMatchObject({
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
      timedOut: false,
      truncated: false,
    })
  })

  test('is killed with all that it started when its time is over, and keeps what it said', () => {
    const began = performance.now()
    const probe = 'echo before; sleep 54321 & sleep 54321; echo after'
    expect(outcome(one(probe, { timeoutMs: 1000 }))).toMatchObject({
      exitCode: null,
      timedOut: true,
      stdout: 'before\n',
    })
    expect(performance.now() - began).toBeLessThan(8000)
    expect(spawnSync('grep', ['-las', '54321', '--', ...cmdlines()]).stdout.toString()).toBe('')
  })

  test('that leaves something running does not hold up the collection', () => {
    const began = performance.now()
    expect(outcome(one('sleep 98765 & echo done'))).toMatchObject({ exitCode: 0, stdout: 'done\n' })
    expect(performance.now() - began).toBeLessThan(8000)
  })

  test('that leaves something in a new session with its output is undecided alone, at its limit', () => {
    const began = performance.now()
    const probe = 'echo v1.35.0; setsid sleep 87654 & setsid sh -c "sleep 87654; :" & sleep 0.3'
    const both = collected({ ...one(probe, { timeoutMs: 2000 }), other: { probe: 'echo fine', version: 1 } })
    expect(both.it).toMatchObject({ exitCode: null, timedOut: true, stdout: 'v1.35.0\n' })
    expect(both.other).toMatchObject({ exitCode: 0, timedOut: false, stdout: 'fine\n' })
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(spawnSync('grep', ['-las', '87654', '--', ...cmdlines()]).stdout.toString()).toBe('')
  })

  test('that never stops writing fills no disk, even from a new session', () => {
    const probe = 'setsid cat /dev/zero & sleep 1'
    expect(outcome(one(probe, { timeoutMs: 3000, maxBytes: 5000 }))).toMatchObject({ truncated: true })
  })

  test('that says too much is cut at its bound and marked', () => {
    expect(outcome(one('yes', { maxBytes: 5000 }))).toMatchObject({
      truncated: true,
      timedOut: false,
      stdout: 'y\n'.repeat(2500),
    })
    expect(outcome(one("printf '%05000d' 0", { maxBytes: 5000 })).truncated).toBe(false)
  })

  test('that is killed from outside has not timed out', () => {
    expect(outcome(one('kill -9 $$'))).toMatchObject({ exitCode: 137, timedOut: false })
  })

  test('reads nothing of the script', () => {
    expect(outcome(one('cat'))).toMatchObject({ exitCode: 0, stdout: '' })
  })

  test.for([
    ['a missing command', 'no-such-command', 127],
    ['a syntax error', 'if', 2],
  ] as const)('with %s fails alone', ([, probe, exitCode]) => {
    const both = collected({ ...one(probe), other: { probe: 'echo fine', version: 1 } })
    expect(both.it?.exitCode).toBe(exitCode)
    expect(both.other).toMatchObject({ exitCode: 0, stdout: 'fine\n' })
  })

  test('passes every byte, and quotes of every kind', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const octal = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
    const output = collected(one(`printf '${octal}'`)).it
    expect(output && Buffer.from(execOf(output).stdout).equals(bytes)).toBe(true)
    expect(outcome(one(`echo "it's \\"\\$HOME\\""`)).stdout).toBe('it\'s "$HOME"\n')
  })
})

describe('a transmission', () => {
  const probes: Probes = {
    first: { probe: 'echo one', version: 1 },
    second: { probe: 'echo two; exit 2', version: 2 },
  }
  const whole = run(probes).stdout.toString('latin1')
  const begin = whole.indexOf('-----BEGIN')
  const last = whole.lastIndexOf('-----') + 5
  const bytes = (value: string): Uint8Array => Buffer.from(value, 'latin1')

  test('arrives in the order it was asked for', () => {
    expect(Object.keys(readCollection(bytes(whole), nonce))).toEqual(['first', 'second'])
  })

  test('that is cut at any byte is refused', () => {
    for (let end = 0; end < last; end++)
      expect(failure(bytes(whole.slice(0, end))), `cut at ${end}`).toMatchObject({
        kind: 'collect',
        retryable: true,
      })
    expect(Object.keys(readCollection(bytes(whole.slice(0, last)), nonce))).toHaveLength(2)
  })

  test('that lost its beginning at any byte is refused', () => {
    for (let start = begin + 1; start < whole.length; start++)
      expect(failure(bytes(whole.slice(start))).kind, `from ${start}`).toBe('collect')
  })

  test('that has one byte changed anywhere is refused', () => {
    for (let at = begin; at < last; at++) {
      const changed = whole[at] === 'A' ? 'B' : 'A'
      expect(failure(bytes(whole.slice(0, at) + changed + whole.slice(at + 1))).kind, `at ${at}`).toBe(
        'collect',
      )
    }
  })

  test('that arrived twice, or whose lines were repeated or exchanged, is refused', () => {
    expect(failure(bytes(whole + whole)).code).toBe('collection-repeated')
    const lines = whole.slice(begin, last).split('\n')
    for (let at = 0; at + 1 < lines.length; at++) {
      const repeated = lines.toSpliced(at, 0, lines[at] ?? '')
      expect(failure(bytes(repeated.join('\n'))).kind).toBe('collect')
      const exchanged = lines.toSpliced(at, 2, lines[at + 1] ?? '', lines[at] ?? '')
      expect(failure(bytes(exchanged.join('\n'))).kind).toBe('collect')
    }
  })

  test('may have a banner before it, a farewell behind it, and carriage returns', () => {
    const noisy = `Welcome!\r\n-----BEGIN CERTIFICATE-----\r\n${whole.replaceAll('\n', '\r\n')}logout\r\n`
    expect(readCollection(bytes(noisy), nonce)).toEqual(readCollection(bytes(whole), nonce))
  })

  test('of another collection is no answer', () => {
    expect(() => readCollection(bytes(whole), 'abcdef0123456789')).toThrow('nothing of it arrived')
  })

  test('that unpacks to more than the bound is refused', () => {
    const gz = gzipSync(Buffer.alloc(40 * 1024 * 1024))
    const sum = createHash('sha256').update(gz).digest('hex')
    const bomb = `-----BEGIN AMIPROOF ${nonce}-----\n${gz.toString('base64')}\n-----END AMIPROOF ${nonce} ${gz.length} ${sum}-----\n`
    expect(failure(bytes(bomb)).message).toContain('cannot be unpacked')
    expect(failure(bytes(bomb)).message).toContain(
      'the base64, gzip or sha256sum of the node alters the evidence',
    )
  })
})

describe('the script', () => {
  test('names the tool that the node lacks', () => {
    const bin = mkdtempSync(join(tmpdir(), 'amiproof-test-'))
    for (const tool of ['base64', 'cat', 'head', 'mkdir', 'mktemp', 'rm', 'sha256sum', 'timeout', 'wc'])
      symlinkSync(`/usr/bin/${tool}`, join(bin, tool))
    const script = collectScript(one('true'), nonce).replace(/^PATH=.*$/m, `PATH=${bin}`)
    const { stdout } = spawnSync('/bin/sh', { input: script })
    expect(failure(stdout)).toMatchObject({ code: 'collection-failed' })
    expect(failure(stdout).message).toContain('the node has no gzip')
  })

  test('that was cut on its way does nothing', () => {
    const script = collectScript(one('echo ran'), nonce)
    for (const part of [0.1, 0.5, 0.9, 0.99]) {
      const { stdout } = spawnSync('/bin/sh', { input: script.slice(0, Math.floor(script.length * part)) })
      expect(stdout.toString()).toBe('')
    }
  })

  test('sends a probe empty and marked when all of them together are too much', () => {
    const large = { probe: 'head -c 20000000 /dev/zero', version: 1, maxBytes: 25_000_000 }
    const all = collected({ first: large, second: large, third: { probe: 'echo small', version: 1 } })
    expect(all.first?.truncated).toBe(false)
    expect(all.second).toMatchObject({ truncated: true, stdout: '', exitCode: 0 })
    expect(all.third).toMatchObject({ truncated: false, stdout: 'small\n' })
  })

  test('leaves nothing behind', () => {
    const left = () =>
      ['/run', '/dev/shm', '/tmp']
        .flatMap((at) => readdirSync(at))
        .filter((name) => /^amiproof\.\w{6}$/.test(name))
    const before = left()
    run(one('echo x >"$HOME/never" 2>/dev/null; echo y'))
    expect(left()).toEqual(before)
  })

  test.for(['', 'xyz', 'short', '$(reboot)', "'"])('refuses the nonce "%s"', (bad) => {
    expect(() => collectScript(one('true'), bad)).toThrow(AmiproofError)
  })

  test('refuses a probe whose name is no word', () => {
    expect(() => collectScript({ 'a b': { probe: 'true', version: 1 } }, nonce)).toThrow('names no probe')
    expect(() => collectScript({}, nonce)).toThrow('names no probe')
  })
})

describe('collecting', () => {
  const target = (
    change: (stdout: Buffer) => Uint8Array = (same) => same,
  ): Target & { commands: number } => ({
    address: 'local:',
    capabilities: ['network'],
    commands: 0,
    async exec(script) {
      this.commands += 1
      const done = spawnSync('/bin/sh', { input: script, maxBuffer: 64 * 1024 * 1024 })
      return {
        exitCode: done.status,
        stdout: change(done.stdout),
        stderr: Buffer.from('ssh: password=Canary99Canary lost'),
        timedOut: false,
        truncated: false,
        durationMs: 1,
      }
    },
    async [Symbol.asyncDispose]() {},
  })
  const options = { collector: '1.2.3', now: () => new Date('2026-11-20T10:00:00Z') }

  test('takes one command, whatever the number of probes', async () => {
    const place = target()
    const evidence = await collect(place, options)
    expect(place.commands).toBe(1)
    expect(evidence).toMatchObject({
      schema: 1,
      collector: '1.2.3',
      target: 'local:',
      collectedAt: '2026-11-20T10:00:00.000Z',
      capabilities: ['network'],
    })
    expect(Object.keys(evidence.probes)).toEqual(Object.keys(probesFor()))
    expect(readFacts(evidence).uname.system).toBe('Linux')
  })

  test('that is cut says how the shell ended, without the secrets it printed', async () => {
    const error = await collect(
      target((all) => all.subarray(0, all.length - 200)),
      options,
    ).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ kind: 'collect', code: 'collection-cut' })
    expect(String(error)).toContain('Cannot collect evidence from local:')
    expect(String(error)).toContain('and said "ssh: password=«redacted:')
    expect(String(error)).not.toContain('Canary99Canary')
  })

  test('that was interrupted says so', async () => {
    const signal = AbortSignal.abort()
    await expect(collect(target(), { ...options, signal })).rejects.toMatchObject({ kind: 'interrupted' })
  })
})

const cmdlines = (): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .map((pid) => `/proc/${pid}/cmdline`)
