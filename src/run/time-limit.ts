import { createContext, runInContext } from 'node:vm'
import { once } from '../lib/lazy.ts'

/** A context of its own to be stopped in; making one takes milliseconds, entering it microseconds. */
const stoppable = once(() => createContext({}))

/** What a call was stopped for. */
export class OutOfTime {
  readonly ms: number
  constructor(ms: number) {
    this.ms = ms
  }
}

/**
 * Calls `work` and stops it, wherever it is, when it takes longer than `ms`: a loop that never ends blocks Node's event loop, so that no
 * timer would fire, but V8 can be told to stop (Node's documentation of `vm`, option `timeout`). Returns {@link OutOfTime} then. What is
 * asynchronous is neither waited for nor stopped. What `work` throws passes through; if `located`, an error's stack begins with its place.
 */
export const within = <T>(ms: number, work: () => T, located = false): T | OutOfTime => {
  const context: Record<string, unknown> = stoppable()
  const before = context.work
  let came: { readonly value: T } | undefined
  context.work = () => {
    came = { value: work() }
  }
  try {
    runInContext('work()', context, { timeout: ms, displayErrors: located })
  } catch (error) {
    if (isTimeout(error)) return new OutOfTime(ms)
    throw error
  } finally {
    context.work = before
  }
  return came ? came.value : new OutOfTime(ms)
}

/** The error is one of the other context's, so `instanceof Error` does not know it. */
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
