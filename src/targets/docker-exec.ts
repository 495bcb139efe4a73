import { finished } from 'node:stream/promises'
import type Docker from 'dockerode'
import type { Start } from './shell.ts'

const settleMs = 10_000
const deathNoticeMs = 1_000

/**
 * Takes the engine's multiplexed stream apart: frames of 8 bytes (stream number, three zeros, big-endian length) and a payload.
 * Docker Engine API v1.41, ContainerAttach, "Stream format".
 */
export const demultiplexer = (stdout: (chunk: Buffer) => void, stderr: (chunk: Buffer) => void) => {
  let header = Buffer.alloc(0)
  let left = 0
  let to = stdout
  return (data: Buffer): void => {
    for (let at = 0; at < data.length; ) {
      if (left === 0) {
        const take = Math.min(8 - header.length, data.length - at)
        header = Buffer.concat([header, data.subarray(at, at + take)])
        at += take
        if (header.length < 8) return
        to = header[0] === 2 ? stderr : stdout
        left = header.readUInt32BE(4)
        header = Buffer.alloc(0)
      } else {
        const take = Math.min(left, data.length - at)
        to(data.subarray(at, at + take))
        at += take
        left -= take
      }
    }
  }
}

/**
 * Whether the container has ended, or is about to be known to have. An engine gives 137 to what died with its container, which is
 * not the script's own answer, and may write that down before it writes down the container's own end.
 */
export const endsSoon = async (container: Docker.Container): Promise<boolean> => {
  for (const until = performance.now() + deathNoticeMs; performance.now() < until; ) {
    if (!(await container.inspect()).State.Running) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return false
}

/** The exit status; the engine may need a moment after the stream's end to write it down. */
const exitCode = async (execution: Docker.Exec, container: Docker.Container): Promise<number> => {
  for (const until = performance.now() + settleMs; ; ) {
    const { Running, ExitCode } = await execution.inspect()
    if (!Running && ExitCode !== null) {
      if (ExitCode === 137 && (await endsSoon(container))) throw new Error('the container has ended')
      return ExitCode
    }
    if (!(await container.inspect()).State.Running) throw new Error('the container has ended')
    if (performance.now() > until) throw new Error('the engine lost contact with the command')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const watchMs = 1_000

/**
 * Rejects when the container is paused, seen twice in a row because an engine pauses it for moments of its own (`docker commit`): nothing in it
 * runs then, so that its commands would be waited for until their time is over, and could not be stopped.
 */
const untilPaused = (container: Docker.Container): { readonly paused: Promise<never>; end(): void } => {
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => {})
  let seen = 0
  let timer: NodeJS.Timeout | undefined
  let ended = false
  const look = async (): Promise<void> => {
    seen = (await isPaused(container)) ? seen + 1 : 0
    if (seen > 1) reject(pausedError())
    else if (!ended) timer = setTimeout(look, watchMs).unref()
  }
  timer = setTimeout(look, watchMs).unref()
  return {
    paused: promise,
    end: () => {
      ended = true
      clearTimeout(timer)
    },
  }
}

const isPaused = async (container: Docker.Container): Promise<boolean> => {
  try {
    return (await container.inspect()).State.Paused
  } catch {
    // An engine that does not answer is noticed by the command's own connection.
    return false
  }
}

const pausedError = (cause?: unknown): Error =>
  new Error('the node’s container is paused; run it again and leave it running', { cause })

/** The engine refuses with 409 both in a container that is paused and in one that has ended (Docker Engine API v1.41, ContainerExec). */
const explained = async (error: unknown, container: Docker.Container): Promise<unknown> =>
  error instanceof Error && 'statusCode' in error && error.statusCode === 409 && (await isPaused(container))
    ? pausedError(error)
    : error

/** Runs commands as root in a container through the engine's API. */
export const startIn =
  (container: Docker.Container): Start =>
  async ({ argv, environment, stdin, stdout, stderr }) => {
    const options = {
      Cmd: [...argv],
      Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      User: '0:0',
      WorkingDir: '/',
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    }
    const execution = await container.exec(options).catch(async (error: unknown) => {
      throw await explained(error, container)
    })
    const stream = await execution.start({ hijack: true, stdin: true })
    stream.on('data', demultiplexer(stdout, stderr))
    stream.end(stdin)
    const watch = untilPaused(container)
    const ended = finished(stream, { writable: false }).then(() => exitCode(execution, container))
    return {
      ended: Promise.race([ended, watch.paused]).finally(watch.end),
      release: () => {
        watch.end()
        stream.destroy()
      },
    }
  }
