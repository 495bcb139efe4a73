import { randomBytes } from 'node:crypto'
import type Docker from 'dockerode'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { text } from '../lib/exec.ts'
import type { Capability } from '../result/result.ts'
import { bounded } from './bounded.ts'
import { closable } from './closable.ts'
import { creation, removeContainer, traitsOf } from './docker-container.ts'
import { demultiplexer, endsSoon, startIn } from './docker-exec.ts'
import { findEngine } from './engine.ts'
import { ensureImage } from './ensure-image.ts'
import { refuseBadReference } from './image-reference.ts'
import { awaitBoot, bootStory } from './init.ts'
import type { OpenOptions } from './options.ts'
import { execThrough } from './shell.ts'
import type { Target } from './target.ts'

const defaultBootTimeoutMs = 120_000
const storyChars = 4_000

const bootFailed = (address: string, what: string, story: string): AmiproofError =>
  new AmiproofError(`cannot boot ${address}: ${what}${story ? `\n${story.slice(-storyChars)}` : ''}`, {
    kind: 'target',
    code: 'boot-failed',
    op: `boot ${address}`,
    blame: 'image',
  })

/** The end of what the container printed, both streams together. */
const consoleTail = async (container: Docker.Container): Promise<string> => {
  const log = await container.logs({ stdout: true, stderr: true, tail: 40 })
  const said = bounded(64 * 1024)
  demultiplexer(said.push, said.push)(log)
  return text(said.bytes()).trim()
}

const waitForBoot = async (
  address: string,
  container: Docker.Container,
  exec: Target['exec'],
  { bootTimeoutMs = defaultBootTimeoutMs, signal }: OpenOptions,
): Promise<void> => {
  const boot = await exec(awaitBoot, { timeoutMs: bootTimeoutMs, ...(signal ? { signal } : {}) }).catch(
    async (error: unknown) => {
      if (error instanceof AmiproofError && error.kind === 'interrupted') throw error
      if (!(await endsSoon(container))) throw error
      const { State } = await container.inspect()
      throw bootFailed(address, `it ended with status ${State.ExitCode}`, await consoleTail(container))
    },
  )
  const state = text(boot.stdout)
  if (!boot.timedOut && (state === 'running' || state === 'degraded')) return
  const story = text((await exec(bootStory, { timeoutMs: 10_000 })).stdout).trim()
  throw bootFailed(
    address,
    boot.timedOut
      ? `systemd was not up after ${bootTimeoutMs / 1000} s`
      : `systemd went to ${state || 'nowhere'}`,
    story,
  )
}

/** The image that an address names: any image of the engine or its registries, or a variant of the default node, built when missing. */
const imageOf = async (engine: Docker, rest: string, options: OpenOptions): Promise<string> => {
  if (rest !== '' && !rest.startsWith('?')) {
    await ensureImage(engine, rest, options)
    return rest
  }
  const { ensureNodeImage, nodeVariant } = await import('./node-image.ts')
  return ensureNodeImage(engine, nodeVariant(rest), options)
}

/**
 * A container as a node. An image with systemd boots it and is ready when systemd is; any other image just stays up.
 * Whatever happens, disposal removes the container with its anonymous volumes, and a failed opening leaves neither.
 */
export const openDocker = async (rest: string, options: OpenOptions): Promise<Target> => {
  const { owner, env, signal, progress } = options
  const address = `docker:${rest}`
  refuseBadReference(rest)
  const engine = await findEngine(env)
  const image = await imageOf(engine, rest, options)
  const name = `amiproof-${owner.run}-${randomBytes(4).toString('hex')}`
  try {
    signal?.throwIfAborted()
    const traits = await traitsOf(engine, image, `${name}-look`, owner)
    signal?.throwIfAborted()
    const container = await engine.createContainer(creation(image, name, owner, traits))
    signal?.throwIfAborted()
    await container.start()
    const exec = execThrough(address, startIn(container), options.maxOutputBytes)
    if (traits.systemd) {
      progress?.(`booting ${image}`)
      await waitForBoot(address, container, exec, options)
    } else {
      await exec(':', { timeoutMs: defaultBootTimeoutMs, ...(signal ? { signal } : {}) })
    }
    const capabilities: Capability[] = [
      'network',
      'cgroup2',
      ...(traits.systemd ? (['systemd'] as const) : []),
      ...(traits.kubelet ? (['kubelet'] as const) : []),
    ]
    return closable(address, capabilities, { exec, close: () => removeContainer(engine, name) })
  } catch (error) {
    await removeContainer(engine, name)
    throw asOurs(error, address, signal)
  }
}

const asOurs = (error: unknown, address: string, signal: AbortSignal | undefined): AmiproofError => {
  const interrupted = signal?.aborted === true
  if (error instanceof AmiproofError && (error.kind === 'interrupted' || !interrupted)) return error
  return new AmiproofError(
    interrupted
      ? `opening ${address} was interrupted`
      : `cannot start ${address}: ${messageOf(error).trim()}`,
    {
      kind: interrupted ? 'interrupted' : 'target',
      code: interrupted ? 'interrupted' : 'container-not-started',
      op: `open ${address}`,
      blame: interrupted ? 'user' : 'harness',
      cause: error,
    },
  )
}
