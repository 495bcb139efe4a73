import { createHash, randomInt } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { text } from '../../src/lib/exec.ts'
import { findEngine } from '../../src/targets/engine.ts'
import { openTarget } from '../../src/targets/open.ts'
import { ownerHere } from '../../src/targets/owner.ts'
import type { Target } from '../../src/targets/target.ts'
import { busybox, imageFrom } from './images.ts'

const addresses = ['docker:', 'docker:debian:trixie-slim', 'docker:BUSYBOX', 'local:']

/** Processes on the target whose command line holds the word, without the looking itself. */
const survivors = async (target: Target, word: string): Promise<string> => {
  const { stdout } = await target.exec(`
    for d in /proc/[0-9]*; do
      line=
      { read -r line <"$d/cmdline"; } 2>/dev/null
      case $line in sleep*"${word}"*) echo "$d $line" ;; esac
    done`)
  return text(stdout)
}

/** A sleep of a length that no other test uses, so that it can be found again. */
const uniqueNap = (): string => `${4_000 + randomInt(100_000)}.${process.pid}`

describe.for(addresses)('%s keeps the contract of exec', (written) => {
  let address: string
  let target: Target
  beforeAll(async () => {
    address = written.endsWith('BUSYBOX')
      ? `docker:${await imageFrom(await findEngine(process.env), busybox)}`
      : written
    target = await openTarget(address, {
      owner: ownerHere('contract', 30, new Date()),
      env: process.env,
    })
  })
  afterAll(async () => {
    await target?.[Symbol.asyncDispose]()
  })

  test.for([0, 1, 2, 77, 125, 126, 127, 130, 137, 194, 255])('exit code %i comes back', async (code) => {
    expect(await target.exec(`exit ${code}`)).toMatchObject({
      exitCode: code,
      timedOut: false,
      truncated: false,
    })
  })

  test('stdout and stderr stay apart, each in order', async () => {
    const { stdout, stderr } = await target.exec('for i in 1 2 3; do echo out $i; echo err $i >&2; done')
    expect([text(stdout), text(stderr)]).toEqual(['out 1\nout 2\nout 3\n', 'err 1\nerr 2\nerr 3\n'])
  })

  test('every byte value survives', async () => {
    const { stdout } = await target.exec(
      'i=0; while [ $i -lt 256 ]; do printf "\\\\$(printf \'%03o\' $i)"; i=$((i + 1)); done',
    )
    expect([...stdout]).toEqual(Array.from({ length: 256 }, (_, i) => i))
  })

  test('5 MB on each stream arrive whole', async () => {
    const { stdout, stderr, truncated } = await target.exec(`
      d=$(mktemp -d); head -c 5000000 /dev/urandom >$d/a; head -c 5000000 /dev/urandom >$d/b
      cat $d/a; cat $d/b >&2; sha256sum <$d/a; sha256sum <$d/b; rm -r $d`)
    const sums = text(stdout.subarray(5_000_000)).match(/[0-9a-f]{64}/g)
    const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
    expect([sha(stdout.subarray(0, 5_000_000)), sha(stderr)]).toEqual(sums)
    expect(truncated).toBe(false)
  })

  test('a script is fed whole, whatever it holds', async () => {
    const hostile = `'"\\$(touch /x)\`id\` #é\u{1F600}`
    const script = `cat <<'END'\n${hostile}\nEND\n: ${'x'.repeat(500_000)}\nprintf %s "$#"`
    expect(text((await target.exec(script)).stdout)).toBe(`${hostile}\n0`)
  })

  test('no command can read the script, and stdin is closed', async () => {
    expect(text((await target.exec('cat; echo after')).stdout)).toBe('after\n')
  })

  test('a syntax error is the exit code of a shell, not an exception', async () => {
    const { exitCode, stderr } = await target.exec('if')
    expect(exitCode).toBe(2)
    expect(text(stderr)).toMatch(/syntax error/i)
  })

  test('runs as root in /, and leaves no file behind', async () => {
    expect(text((await target.exec('id -u; pwd; echo $0')).stdout)).toBe('0\n/\namiproof\n')
  })

  test('answers while a process that it left behind lives on', async () => {
    const length = uniqueNap()
    const { exitCode, durationMs } = await target.exec(`sleep ${length} & exit 3`)
    expect(exitCode).toBe(3)
    expect(durationMs).toBeLessThan(10_000)
    await target.exec(`for d in /proc/[0-9]*; do
      case $(tr '\\0' ' ' <"$d/cmdline" 2>/dev/null) in "sleep ${length} ") kill "\${d#/proc/}" ;; esac; done`)
  })

  const escapes = {
    'a child': (nap: string) => `sleep ${nap}`,
    'a background child that holds no pipe': (nap: string) => `sleep ${nap} >/dev/null 2>&1 & sleep ${nap}`,
    'a child in a session of its own': (nap: string) => `setsid sleep ${nap} & sleep ${nap}`,
    'a daemon that forked twice': (nap: string) =>
      `(setsid sh -c 'sleep ${nap} >/dev/null 2>&1 </dev/null &' &) ; sleep ${nap}`,
    'a daemon without environment': (nap: string) =>
      `env -i PATH="$PATH" setsid sh -c '(sleep ${nap} >/dev/null 2>&1 &) &' ; sleep ${nap}`,
    'a child that ignores signals': (nap: string) =>
      `trap '' TERM INT HUP; sleep ${nap} & sleep ${nap}; sleep ${nap}`,
    'a child that was stopped': (nap: string) => `sleep ${nap} & kill -STOP $!; wait`,
    'children that keep forking': (nap: string) =>
      `f() { sleep ${nap} & sleep 0.2; (f &); }; f; f; sleep ${nap}`,
  }

  test.for(Object.entries(escapes))('a timeout kills %s', async ([, script]) => {
    const length = uniqueNap()
    const result = await target.exec(`echo begun; ${script(length)}`, { timeoutMs: 700 })
    expect(result).toMatchObject({ exitCode: null, timedOut: true })
    expect(text(result.stdout)).toBe('begun\n')
    expect(result.durationMs).toBeLessThan(15_000)
    expect(await survivors(target, length)).toBe('')
  })

  test('a timeout spares every other script', async () => {
    const length = uniqueNap()
    const bystander = target.exec('sleep 3; echo alive')
    await target.exec(`sleep ${length}`, { timeoutMs: 300 })
    expect(text((await bystander).stdout)).toBe('alive\n')
  })

  test('an abort kills the tree and rejects as interrupted', async () => {
    const length = uniqueNap()
    const abort = new AbortController()
    const running = target.exec(`(setsid sleep ${length} &) ; sleep ${length}`, { signal: abort.signal })
    setTimeout(() => abort.abort(new Error('enough')), 500)
    await expect(running).rejects.toMatchObject({ kind: 'interrupted' })
    expect(await survivors(target, length)).toBe('')
  })

  test('an abort before the start runs nothing', async () => {
    await expect(target.exec('touch /amiproof-ran', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      kind: 'interrupted',
    })
    expect((await target.exec('test -e /amiproof-ran')).exitCode).toBe(1)
  })

  test('many scripts run side by side without mixing', async () => {
    const outputs = await Promise.all(
      Array.from({ length: 8 }, (_, i) => target.exec(`sleep 0.1; echo ${i}; exit ${i}`)),
    )
    expect(outputs.map((o) => [text(o.stdout), o.exitCode])).toEqual(
      Array.from({ length: 8 }, (_, i) => [`${i}\n`, i]),
    )
  })

  test('disposal is idempotent, ends what runs, and nothing runs after it', async () => {
    const other = await openTarget(address, {
      owner: ownerHere('contract', 30, new Date()),
      env: process.env,
    })
    const running = other.exec('sleep 300')
    const settled = expect(running).rejects.toMatchObject({ kind: 'interrupted' })
    await new Promise((resolve) => setTimeout(resolve, 300))
    await Promise.all([other[Symbol.asyncDispose](), other[Symbol.asyncDispose]()])
    await other[Symbol.asyncDispose]()
    await settled
    await expect(other.exec('true')).rejects.toMatchObject({ code: 'target-closed' })
  })
})
