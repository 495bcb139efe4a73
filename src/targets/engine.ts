import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { within } from './within.ts'

type Environment = Readonly<Record<string, string | undefined>>

const pingTimeoutMs = 10_000

/** Where engines listen, most deliberate first: docker's system and desktop sockets, then rootless docker, then podman. */
export const engineSockets = (env: Environment): string[] => {
  const runtime = env.XDG_RUNTIME_DIR
  return [
    '/var/run/docker.sock',
    join(homedir(), '.docker/run/docker.sock'),
    ...(runtime ? [join(runtime, 'docker.sock'), join(runtime, 'podman/podman.sock')] : []),
    '/run/podman/podman.sock',
  ]
}

/** undefined: it answers; otherwise why not. */
const silence = async (engine: Docker): Promise<string | undefined> => {
  try {
    const answer = await within(pingTimeoutMs, engine.ping())
    return answer === undefined ? `no answer in ${pingTimeoutMs / 1000} s` : undefined
  } catch (error) {
    return messageOf(error)
  }
}

const missing = (code: 'engine-missing' | 'engine-silent', message: string): AmiproofError =>
  new AmiproofError(message, {
    kind: 'usage',
    code,
    op: 'find a container engine',
    blame: 'user',
    retryable: true,
  })

/**
 * The container engine: what DOCKER_HOST names, or the first socket that answers.
 * Rejects with kind `usage`: code `engine-missing` where there is none, `engine-silent` where one is and does not answer.
 */
export const findEngine = async (env: Environment): Promise<Docker> => {
  const { default: Engine } = await import('dockerode')
  const host = env.DOCKER_HOST
  if (host) {
    // dockerode itself reads DOCKER_HOST with its TLS variables, and knows tcp and ssh.
    const engine = host.startsWith('unix://')
      ? new Engine({ socketPath: host.slice('unix://'.length) })
      : new Engine()
    const problem = await silence(engine)
    if (problem === undefined) return engine
    throw missing(
      'engine-silent',
      `cannot use the container engine that DOCKER_HOST names (${host}): ${problem}; start it or unset DOCKER_HOST`,
    )
  }
  const problems: string[] = []
  for (const socketPath of engineSockets(env).filter((path) => existsSync(path))) {
    const engine = new Engine({ socketPath })
    const problem = await silence(engine)
    if (problem === undefined) return engine
    problems.push(`${socketPath}: ${problem}`)
  }
  throw problems.length > 0
    ? missing(
        'engine-silent',
        `no container engine answers (${problems.join('; ')}); start docker or podman, or set DOCKER_HOST`,
      )
    : missing(
        'engine-missing',
        'there is no container engine here: install docker or podman, or set DOCKER_HOST',
      )
}
