import { Duplex } from 'node:stream'
import type Docker from 'dockerode'
import { expect, test } from 'vitest'
import { startIn } from '../../src/targets/docker-exec.ts'
import { refuseBadReference } from '../../src/targets/image-reference.ts'
import { execThrough } from '../../src/targets/shell.ts'

const silent = () => new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() })

/** A container whose commands never end, as those of a paused one; `exec` refuses where it says so. */
const container = (paused: boolean, refusal?: Error) => {
  const fake = {
    exec: async () => {
      if (refusal) throw refusal
      return { start: async () => silent() }
    },
    inspect: async () => ({ State: { Running: true, Paused: paused } }),
  }
  return fake as unknown as Docker.Container
}
const conflict = Object.assign(new Error('(HTTP code 409) unexpected - Container x is paused'), {
  statusCode: 409,
})
const exec = (one: Docker.Container) => execThrough('docker:x', startIn(one))(':', { timeoutMs: 8_000 })
const paused =
  'cannot run a script on docker:x: the node’s container is paused; run it again and leave it running'

test('a container that is paused while a script runs is noticed long before the script’s time is over', async () => {
  const began = performance.now()
  await expect(exec(container(true))).rejects.toThrow(paused)
  expect(performance.now() - began).toBeLessThan(6_000)
}, 20_000)

test('a container that is paused already is said to be', async () => {
  await expect(exec(container(true, conflict))).rejects.toThrow(paused)
})

test('another conflict is told as the engine tells it', async () => {
  await expect(exec(container(false, conflict))).rejects.toThrow(/HTTP code 409/)
})

test.for([
  '',
  '?containerd=2.1',
  'debian',
  'debian:trixie-slim',
  'localhost:5000/a/b__c:1.2-x_y',
  'UPPER.example/lower',
  '[::1]:5000/a',
  'a-b--c/d.e@sha256:6f2b1f0c1f0c6f2b1f0c1f0c6f2b1f0c6f2b1f0c1f0c6f2b1f0c1f0c6f2b1f0c',
  'sha256:6f2b1f0c1f0c6f2b1f0c1f0c6f2b1f0c6f2b1f0c1f0c6f2b1f0c1f0c6f2b1f0c',
])('an engine takes %j', (rest) => {
  expect(() => refuseBadReference(rest)).not.toThrow()
})
