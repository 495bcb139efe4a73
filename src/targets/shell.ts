import { AmiproofError, messageOf } from '../lib/errors.ts'
import { type Exec, text } from '../lib/exec.ts'
import { bounded } from './bounded.ts'
import { fed, type Mark, markEnvironment, newMark, runnerArgv, sweeperArgv } from './mark.ts'
import type { ExecOptions, Target } from './target.ts'
import { within } from './within.ts'

/** One command under way somewhere. */
export interface Session {
  /** The exit status, once the command has ended and its output has arrived; rejects when contact was lost. */
  readonly ended: Promise<number>
  /** Lets go of the connection. Says nothing about the command. */
  release(): void
}

export interface Command {
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly stdin: string
  readonly stdout: (chunk: Uint8Array) => void
  readonly stderr: (chunk: Uint8Array) => void
}

/** What a target has to know: how to start one command. Everything that `exec` promises is made from this, the same for all. */
export type Start = (command: Command) => Promise<Session>

/** Kept of stdout and of stderr each; a longer output says `truncated`. */
export const defaultMaxBytes = 64 * 1024 * 1024
const sweepTimeoutMs = 30_000
const drainMs = 3_000

const failure = (address: string, code: string, message: string, cause?: unknown): AmiproofError =>
  new AmiproofError(message, {
    kind: 'target',
    code,
    op: `run a script on ${address}`,
    blame: 'harness',
    retryable: true,
    ...(cause === undefined ? {} : { cause }),
  })

const sweep = async (start: Start, mark: Mark): Promise<void> => {
  const out = bounded(64 * 1024)
  const command = { argv: sweeperArgv(mark), environment: {}, stdin: '', stdout: out.push, stderr: out.push }
  const session = await start(command)
  const exitCode = await within(sweepTimeoutMs, session.ended).finally(session.release)
  if (exitCode !== 0)
    throw new Error(`processes ${text(out.bytes()).trim() || '(not named)'} are still there after SIGKILL`)
}

/** Ends every process of the script, then waits for what it had still to say. */
const stop = async (
  address: string,
  start: Start,
  mark: Mark,
  starting: Promise<Session>,
  ended: Promise<Ending>,
): Promise<void> => {
  const session = await within(
    drainMs,
    starting.catch(() => undefined),
  )
  try {
    await sweep(start, mark)
    await within(drainMs, ended)
  } catch (error) {
    throw failure(
      address,
      'script-not-stopped',
      `cannot stop a script on ${address}: ${messageOf(error)}; do not use this target again`,
      error,
    )
  } finally {
    session?.release()
  }
}

/** Removes the runner's first line from stderr; undefined when it never came, so the script never ran. */
const withoutHandshake = (stderr: Buffer, { nonce }: Mark): Buffer | undefined => {
  const at = stderr.indexOf(`${nonce}\n`)
  return at < 0 ? undefined : Buffer.concat([stderr.subarray(0, at), stderr.subarray(at + nonce.length + 1)])
}

type Ending = { readonly exitCode: number } | { readonly lost: unknown } | 'timeout' | 'abort'

/**
 * Makes a target's `exec`: the script goes to a shell's stdin; its exit status is kept, its streams stay apart and whole up to a
 * bound; a timeout or an abort kills all of its processes on the target, not just our end of the connection.
 */
export const execThrough =
  (address: string, start: Start, maxBytes: number = defaultMaxBytes): Target['exec'] =>
  async (script: string, { timeoutMs, signal }: ExecOptions = {}): Promise<Exec> => {
    const interrupted = () =>
      new AmiproofError(`running a script on ${address} was interrupted`, {
        kind: 'interrupted',
        code: 'interrupted',
        op: `run a script on ${address}`,
        blame: 'user',
        cause: signal?.reason,
      })
    if (signal?.aborted) throw interrupted()

    const mark = newMark()
    const [stdout, stderr] = [bounded(maxBytes), bounded(maxBytes)]
    const began = performance.now()
    const starting = start({
      argv: runnerArgv(mark),
      environment: markEnvironment(mark),
      stdin: fed(script, mark),
      stdout: stdout.push,
      stderr: stderr.push,
    })
    const ended: Promise<Ending> = starting
      .then((session) => session.ended.finally(session.release))
      .then(
        (exitCode) => ({ exitCode }),
        (lost: unknown) => ({ lost }),
      )
    using bell = alarm(timeoutMs, signal)
    const ending = await Promise.race([ended, bell.rung])

    if (ending === 'timeout' || ending === 'abort') {
      await stop(address, start, mark, starting, ended)
      if (ending === 'abort') throw interrupted()
    } else if ('lost' in ending) {
      throw failure(
        address,
        'connection-lost',
        `cannot run a script on ${address}: ${messageOf(ending.lost)}`,
        ending.lost,
      )
    }

    const errors = withoutHandshake(stderr.bytes(), mark)
    if (!errors && typeof ending === 'object')
      throw failure(
        address,
        'no-shell',
        `cannot run a script on ${address}: its shell did not start it (exit ${ending.exitCode}${saying(stdout.bytes(), stderr.bytes())}); the target needs /bin/sh and cat`,
      )
    return {
      exitCode: typeof ending === 'object' ? ending.exitCode : null,
      stdout: stdout.bytes(),
      stderr: errors ?? stderr.bytes(),
      timedOut: ending === 'timeout',
      truncated: stdout.truncated() || stderr.truncated(),
      durationMs: performance.now() - began,
    }
  }

const saying = (...outputs: readonly Uint8Array[]): string => {
  const said = outputs.map((output) => text(output).trim()).find((words) => words !== '')
  return said ? `: ${said.slice(0, 300)}` : ''
}

/** Settles at the timeout or at the abort, and forgets both when disposed. */
const alarm = (
  timeoutMs: number | undefined,
  signal: AbortSignal | undefined,
): Disposable & { readonly rung: Promise<'timeout' | 'abort'> } => {
  const { promise, resolve } = Promise.withResolvers<'timeout' | 'abort'>()
  const onAbort = () => resolve('abort')
  const timer = timeoutMs === undefined ? undefined : setTimeout(resolve, timeoutMs, 'timeout')
  signal?.addEventListener('abort', onAbort, { once: true })
  return {
    rung: promise,
    [Symbol.dispose]: () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    },
  }
}
