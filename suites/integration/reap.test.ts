import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type Docker from 'dockerode'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { reap } from '../../src/run/reap.ts'
import { findEngine } from '../../src/targets/engine.ts'
import { ensureNodeImage } from '../../src/targets/node-image.ts'
import { labelsOf, ownerHere } from '../../src/targets/owner.ts'

const plain = 'docker:debian:trixie-slim'
const child = `${import.meta.dirname}/reap-child.ts`
const env = process.env

let engine: Docker
const children: ChildProcess[] = []
beforeAll(async () => {
  engine = await findEngine(env)
  await ensureNodeImage(engine, '1.7', { env })
})
afterEach(async () => {
  for (const process of children.splice(0)) {
    process.kill('SIGKILL')
    await ended(process)
  }
  await reap({ env, now: new Date() })
})

let count = 0
const newRun = (): string => `reap-${process.pid}-${++count}`

/** Containers and volumes that a run has made. */
const thingsOf = async (run: string): Promise<number> => {
  const filters = { label: [`amiproof.run=${run}`] }
  const { Volumes } = await engine.listVolumes({ filters })
  return (await engine.listContainers({ all: true, filters })).length + (Volumes ?? []).length
}

const begin = (address: string, run: string, lifetimeMinutes = 10): ChildProcess => {
  const process_ = spawn(process.execPath, [child, address, run, String(lifetimeMinutes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(process_)
  return process_
}

/** Resolves when the child has said the word; its output is read to the end, so that it never blocks or breaks on it. */
const said = (process_: ChildProcess, word: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let output = ''
    process_.stdout?.on('data', (chunk) => {
      output += chunk
      if (output.includes(word)) resolve()
    })
    process_.stdout?.on('end', () => reject(new Error(`the child ended without saying ${word}: ${output}`)))
  })

const ended = async (process_: ChildProcess): Promise<number | null> => {
  if (process_.exitCode === null && process_.signalCode === null) await once(process_, 'exit')
  return process_.exitCode
}

describe('a run that was killed with SIGKILL', () => {
  test.for([plain, 'docker:'])('on %s is swept, volumes and all', async (address) => {
    const run = newRun()
    const victim = begin(address, run)
    await said(victim, 'ready')
    const made = await thingsOf(run)
    expect(made).toBe(address === plain ? 1 : 2)
    victim.kill('SIGKILL')
    await ended(victim)
    expect(await thingsOf(run)).toBe(made)
    const lines = await reap({ env, now: new Date() })
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^container amiproof-${run}-.*has ended$`)))
    expect(await thingsOf(run)).toBe(0)
  })

  test.for([20, 60, 120, 200, 350, 600])('%i ms after it began to open a node is swept', async (ms) => {
    const run = newRun()
    const victim = begin('docker:', run)
    await said(victim, 'starting')
    await new Promise((resolve) => setTimeout(resolve, ms))
    victim.kill('SIGKILL')
    await ended(victim)
    // What the engine was doing for the dead client, it finishes first.
    await expect
      .poll(
        async () => {
          await reap({ env, now: new Date() })
          return thingsOf(run)
        },
        { timeout: 10_000 },
      )
      .toBe(0)
  })
})

describe('a run that is told to stop', () => {
  const signals = (['SIGINT', 'SIGTERM'] as const).flatMap((signal) =>
    [0, 40, 90, 150, 250, 400, 700, 1_200].map((ms) => ({ signal, ms })),
  )
  test.for(signals)('by $signal after $ms ms leaves nothing and exits 130', async ({ signal, ms }) => {
    const run = newRun()
    const victim = begin('docker:', run)
    await said(victim, 'starting')
    await new Promise((resolve) => setTimeout(resolve, ms))
    victim.kill(signal)
    expect(await ended(victim)).toBe(130)
    expect(await thingsOf(run)).toBe(0)
  })
})

describe('reap', () => {
  test('spares a run whose process lives', async () => {
    const run = newRun()
    const survivor = begin(plain, run)
    await said(survivor, 'ready')
    await reap({ env, now: new Date() })
    expect(await thingsOf(run)).toBe(1)
  })

  test('ends a run whose time is over, though its process lives', async () => {
    const run = newRun()
    const late = begin(plain, run, 0.05)
    await said(late, 'ready')
    const lines: string[] = []
    await expect
      .poll(
        async () => {
          lines.push(...(await reap({ env, now: new Date() })))
          return lines.filter((line) => line.startsWith(`container amiproof-${run}-`))
        },
        { timeout: 10_000 },
      )
      .toEqual([expect.stringMatching(/: expired 20/)])
    expect(await thingsOf(run)).toBe(0)
  })

  const volume = async (labels: Record<string, string>): Promise<string> =>
    (await engine.createVolume({ Labels: labels })).name
  const kept = async (name: string): Promise<boolean> =>
    (await engine.listVolumes()).Volumes.some(({ Name }) => Name === name)

  test('does not mistake a new process with an old number for the owner', async () => {
    const mine = ownerHere(newRun(), 10, new Date())
    const name = await volume(labelsOf({ ...mine, started: '1' }))
    await reap({ env, now: new Date() })
    expect(await kept(name)).toBe(false)
  })

  test('leaves what another host owns until it expires', async () => {
    const elsewhere = (minutes: number) => ({
      ...labelsOf(ownerHere(newRun(), minutes, new Date())),
      'amiproof.host': 'elsewhere/boot/1',
      'amiproof.pid': '999999999',
    })
    const [current, expired] = [await volume(elsewhere(10)), await volume(elsewhere(-1))]
    await reap({ env, now: new Date() })
    const spared = [await kept(current), await kept(expired)]
    await engine.getVolume(current).remove()
    expect(spared).toEqual([true, false])
  })

  test('takes what has our label and no readable owner', async () => {
    const name = await volume({ amiproof: '', 'amiproof.expires': 'soon' })
    await reap({ env, now: new Date() })
    expect(await kept(name)).toBe(false)
  })

  test('touches nothing without our label', async () => {
    const name = await volume({ 'amiproof-of-another': '' })
    await reap({ env, now: new Date() })
    const spared = await kept(name)
    await engine.getVolume(name).remove()
    expect(spared).toBe(true)
  })
})
