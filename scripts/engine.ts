import { spawn, spawnSync } from 'node:child_process'
import { existsSync, openSync, readFileSync } from 'node:fs'
import Docker from 'dockerode'
import { AmiproofError, messageOf } from '../src/lib/errors.ts'
import { ensureBaseImage, whereIs } from '../src/targets/base-image.ts'
import { findEngine } from '../src/targets/engine.ts'
import { within } from '../src/targets/within.ts'

export type Say = (line: string) => void

const cannot = (message: string, code: string, cause?: unknown): AmiproofError =>
  new AmiproofError(message, {
    kind: 'usage',
    code,
    op: 'provide a container engine',
    blame: 'user',
    ...(cause === undefined ? {} : { cause }),
  })

/** Whether this is a machine on which a checkout may install packages: root on Debian, Ubuntu or a child of theirs. */
export const mayInstall = (osRelease: string, uid: number | undefined): boolean =>
  uid === 0 && /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(osRelease)

const osRelease = (): string => (existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '')

const aptGet = (argv: readonly string[]): void => {
  const { status, error, stdout, stderr } = spawnSync('apt-get', argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (status !== 0)
    throw cannot(
      `cannot install a container engine: apt-get ${argv.join(' ')} failed: ${error ? messageOf(error) : `${stdout}${stderr}`.trim().split('\n').slice(-5).join('\n')}`,
      'install-failed',
      error,
    )
}

const install = (packages: readonly string[], say: Say): void => {
  say(`installing ${packages.join(' ')}`)
  aptGet(['update', '-q'])
  aptGet(['install', '-y', '-q', '--no-install-recommends', ...packages])
}

export interface Daemon {
  readonly command: string
  readonly argv: readonly string[]
  readonly socketPath: string
  readonly logFile: string
  readonly deadlineMs: number
}

const dockerd: Daemon = {
  command: 'dockerd',
  argv: [],
  socketPath: '/var/run/docker.sock',
  logFile: '/var/log/dockerd.log',
  deadlineMs: 60_000,
}

const pingTimeoutMs = 5_000

/** Starts a daemon that outlives this process and waits until it answers on its socket; says the end of its log when it does not. */
export const startDaemon = async ({
  command,
  argv,
  socketPath,
  logFile,
  deadlineMs,
}: Daemon): Promise<void> => {
  const log = openSync(logFile, 'a')
  const child = spawn(command, argv, { detached: true, stdio: ['ignore', log, log] })
  let ended: string | undefined
  child.on('error', (error) => {
    ended = messageOf(error)
  })
  child.on('exit', (code, signal) => {
    ended = `it ended with ${signal ?? `status ${code}`}`
  })
  const engine = new Docker({ socketPath })
  for (const until = performance.now() + deadlineMs; ; ) {
    const silence: unknown = await within(pingTimeoutMs, engine.ping()).then(
      (answer) => (answer === undefined ? new Error('it accepts and does not answer') : undefined),
      (error: unknown) => error,
    )
    if (silence === undefined) break
    if (ended !== undefined || performance.now() > until) {
      child.kill()
      throw cannot(
        `cannot start ${command}: ${ended ?? `no answer on ${socketPath} after ${deadlineMs / 1000} s (${messageOf(silence)})`}\n${readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n')}`,
        'daemon-not-started',
        silence,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  child.unref()
}

const startDocker = async (say: Say): Promise<void> => {
  say('starting docker')
  if (!existsSync('/run/systemd/system')) return startDaemon(dockerd)
  const { status, stderr } = spawnSync('systemctl', ['start', 'docker'], { encoding: 'utf8' })
  if (status !== 0) throw cannot(`cannot start docker: ${stderr.trim()}`, 'daemon-not-started')
}

const isMissing = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof AmiproofError && codes.includes(error.code)

/** The engine that answers; else docker, which is installed and started where a checkout may do that, and nowhere else. */
const provideEngine = async (env: NodeJS.ProcessEnv, say: Say): Promise<Docker> => {
  try {
    return await findEngine(env)
  } catch (error) {
    if (
      !isMissing(error, 'engine-missing', 'engine-silent') ||
      env.DOCKER_HOST ||
      !mayInstall(osRelease(), process.getuid?.())
    )
      throw error
  }
  if (!whereIs('dockerd', env)) install(['docker.io', 'iptables', 'ca-certificates'], say)
  // On some machines the package has started it by now.
  return findEngine(env).catch(async () => {
    await startDocker(say)
    return findEngine(env)
  })
}

/** Makes sure that containers can run here and that the base image exists. Rejects with one sentence when they cannot. */
export const ensureEngine = async (env: NodeJS.ProcessEnv, say: Say): Promise<void> => {
  const engine = await provideEngine(env, say)
  const options = { env, progress: say }
  try {
    await ensureBaseImage(engine, options)
  } catch (error) {
    if (!isMissing(error, 'base-image-missing') || !mayInstall(osRelease(), process.getuid?.())) throw error
    install(['mmdebstrap', 'debian-archive-keyring'], say)
    await ensureBaseImage(engine, options)
  }
}
