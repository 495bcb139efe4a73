import type Docker from 'dockerode'
import { beforeAll, describe, expect, test } from 'vitest'
import { AmiproofError } from '../../src/lib/errors.ts'
import { text } from '../../src/lib/exec.ts'
import { findEngine } from '../../src/targets/engine.ts'
import { ensureNodeImage } from '../../src/targets/node-image.ts'
import { openTarget } from '../../src/targets/open.ts'
import type { OpenOptions } from '../../src/targets/options.ts'
import { ownerHere } from '../../src/targets/owner.ts'
import type { Target } from '../../src/targets/target.ts'
import { busybox, imageFrom, withoutShell } from './images.ts'

let engine: Docker
let node: string
const run = `targets-${process.pid}`
beforeAll(async () => {
  engine = await findEngine(process.env)
  node = await ensureNodeImage(engine, '1.7', { env: process.env })
})

const open = (address: string, options: Partial<OpenOptions> = {}): Promise<Target> =>
  openTarget(address, { owner: ownerHere(run, 20, new Date()), env: process.env, ...options })

const refusal = async (address: string, options: Partial<OpenOptions> = {}): Promise<AmiproofError> => {
  try {
    const target = await open(address, options)
    await target[Symbol.asyncDispose]()
  } catch (error) {
    if (error instanceof AmiproofError) return error
    throw error
  }
  throw new Error(`${address} opened`)
}

const ours = async (): Promise<string[]> => {
  const found = await engine.listContainers({ all: true, filters: { label: [`amiproof.run=${run}`] } })
  return found.map(({ Id }) => Id)
}
const container = async (): Promise<Docker.Container> => engine.getContainer((await ours())[0] ?? '')

describe('an address', () => {
  test.for(['', 'nosuch', 'nosuch:x', ':x', 'Docker:x', '__proto__:x', 'constructor:'])(
    '%j is refused with the schemes that are known',
    async (address) => {
      expect(await refusal(address)).toMatchObject({
        kind: 'usage',
        code: 'unknown-target',
        message: expect.stringMatching(/docker:IMAGE.*local:/),
      })
    },
  )

  test.for([
    'docker:?containerd=9',
    'docker:?containerd=',
    'docker:?x=1',
    'docker:?containerd=1.7&containerd=2.1',
  ])('%s names no variant of the default node', async (address) => {
    expect(await refusal(address)).toMatchObject({ kind: 'usage', code: 'unknown-variant' })
  })

  test('local: has no other name', async () => {
    expect(await refusal('local:here')).toMatchObject({ kind: 'usage', code: 'bad-address' })
  })

  test('of an image that nobody has is refused with what the registry said', async () => {
    const error = await refusal('docker:amiproof.invalid/no/such:image')
    expect(error).toMatchObject({ kind: 'target', code: 'image-missing', blame: 'user' })
    expect(error.message).toContain('amiproof.invalid/no/such:image')
    expect(await ours()).toEqual([])
  })

  test('without an engine is refused with what to do', async () => {
    expect(await refusal('docker:', { env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } })).toMatchObject({
      kind: 'usage',
      code: 'engine-silent',
      message: expect.stringMatching(/^cannot use the container engine.*ENOENT.*unset DOCKER_HOST$/),
    })
  })
})

describe('a container', () => {
  test('carries its owner, publishes nothing, and ends with its volumes', async () => {
    const target = await open('docker:')
    const { Config, HostConfig, NetworkSettings, Mounts } = await (await container()).inspect()
    expect(Config.Labels).toMatchObject({
      amiproof: '',
      'amiproof.run': run,
      'amiproof.pid': String(process.pid),
      'amiproof.expires': expect.stringMatching(/^2\d{3}-/),
    })
    expect(HostConfig).toMatchObject({
      Privileged: false,
      PublishAllPorts: false,
      CapAdd: expect.not.arrayContaining(['ALL']),
    })
    expect(HostConfig.Binds).toBeNull()
    expect(Object.values(NetworkSettings.Ports).flat().filter(Boolean)).toEqual([])
    const volume = Mounts.find(({ Destination }) => Destination === '/var/lib/containerd')?.Name ?? ''
    expect((await engine.getVolume(volume).inspect()).Name).toBe(volume)
    await target[Symbol.asyncDispose]()
    expect(await ours()).toEqual([])
    await expect(engine.getVolume(volume).inspect()).rejects.toMatchObject({ statusCode: 404 })
  })

  test('of a plain image declares no systemd, and neither has the kernel', async () => {
    await using plain = await open('docker:debian:trixie-slim')
    await using booted = await open('docker:')
    expect(plain.capabilities).not.toContain('systemd')
    expect(booted.capabilities).toContain('systemd')
    for (const { capabilities } of [plain, booted])
      expect(capabilities).not.toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^(kernel|modules|boot|selinux|imds|instance-store|gpu)$/),
        ]),
      )
  })

  test('with nothing but busybox runs scripts and loses them at a timeout', async () => {
    await using target = await open(`docker:${await imageFrom(engine, busybox)}`)
    expect(text((await target.exec('echo a; id -u')).stdout)).toBe('a\n0\n')
    const late = await target.exec("(env -i setsid sh -c 'sleep 4321 &' &) ; sleep 4321", { timeoutMs: 500 })
    expect(late).toMatchObject({ exitCode: null, timedOut: true })
    expect(text((await target.exec('ps -o args | grep -c "^sleep 4321"')).stdout)).toBe('0\n')
  })

  test('without a shell is refused, and removed', async () => {
    const error = await refusal(`docker:${await imageFrom(engine, withoutShell)}`)
    expect(error).toMatchObject({ kind: 'target', code: 'container-not-started' })
    expect(error.message).toMatch(/\/bin\/sh/)
    expect(await ours()).toEqual([])
  })

  test('that dies under a script is an error, not an exit code', async () => {
    await using target = await open('docker:debian:trixie-slim')
    const running = target.exec('echo begun; sleep 60')
    const settled = expect(running).rejects.toMatchObject({ kind: 'target', code: 'connection-lost' })
    await new Promise((resolve) => setTimeout(resolve, 500))
    await (await container()).kill()
    await settled
    await expect(target.exec('true')).rejects.toMatchObject({ kind: 'target' })
  })

  test('keeps the head of an output that is too long, says so, and does not block the script', async () => {
    await using target = await open('docker:debian:trixie-slim', { maxOutputBytes: 100_000 })
    const { stdout, truncated, exitCode } = await target.exec(
      'head -c 30000000 /dev/zero; echo end >&2; exit 4',
    )
    expect({ length: stdout.length, truncated, exitCode }).toEqual({
      length: 100_000,
      truncated: true,
      exitCode: 4,
    })
    expect((await target.exec('head -c 100000 /dev/zero')).truncated).toBe(false)
  })
})

describe('a boot that fails', () => {
  test('at once is told with the end of the console', async () => {
    const image = await imageFrom(
      engine,
      `FROM ${node}\nRUN printf '#!/bin/sh\\ncase $1 in --version) echo systemd 257 ;; *) echo "no way to go on" >&2; exit 9 ;; esac\\n' >/usr/lib/systemd/systemd`,
    )
    const error = await refusal(`docker:${image}`)
    expect(error).toMatchObject({ kind: 'target', code: 'boot-failed', blame: 'image' })
    expect(error.message).toMatch(/ended with status 9\n(.|\n)*no way to go on/)
    expect(await ours()).toEqual([])
  })

  test('to end is told at the deadline, with the unit that hangs', async () => {
    const image = await imageFrom(
      engine,
      `FROM ${node}\nRUN printf '[Service]\\nType=oneshot\\nTimeoutStartSec=infinity\\nExecStart=sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/stuck.service && systemctl enable stuck.service`,
    )
    const error = await refusal(`docker:${image}`, { bootTimeoutMs: 4_000 })
    expect(error).toMatchObject({ kind: 'target', code: 'boot-failed', blame: 'image' })
    expect(error.message).toMatch(/not up after 4 s\n(.|\n)*stuck\.service/)
    expect(await ours()).toEqual([])
  })

  test('of one unit is no failure of the boot: the checks judge it', async () => {
    const image = await imageFrom(
      engine,
      `FROM ${node}\nRUN printf '[Service]\\nType=oneshot\\nExecStart=false\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/broken.service && systemctl enable broken.service`,
    )
    await using target = await open(`docker:${image}`)
    expect(text((await target.exec('systemctl is-system-running')).stdout)).toBe('degraded\n')
  })
})

test('an opening that is interrupted leaves nothing', async () => {
  for (const ms of [0, 50, 200, 400]) {
    const abort = new AbortController()
    setTimeout(() => abort.abort(new Error('enough')), ms)
    expect(await refusal('docker:', { signal: abort.signal })).toMatchObject({ kind: 'interrupted' })
    expect(await ours()).toEqual([])
  }
})
