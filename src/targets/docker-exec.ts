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

/** Runs commands as root in a container through the engine's API. */
export const startIn =
  (container: Docker.Container): Start =>
  async ({ argv, environment, stdin, stdout, stderr }) => {
    const execution = await container.exec({
      Cmd: [...argv],
      Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      User: '0:0',
      WorkingDir: '/',
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    })
    const stream = await execution.start({ hijack: true, stdin: true })
    stream.on('data', demultiplexer(stdout, stderr))
    stream.end(stdin)
    return {
      ended: finished(stream, { writable: false }).then(() => exitCode(execution, container)),
      release: () => stream.destroy(),
    }
  }
