import { AmiproofError } from '../lib/errors.ts'
import type { Exec } from '../lib/exec.ts'
import type { Capability } from '../result/result.ts'
import type { Target } from './target.ts'

/**
 * A target with an end: disposing it stops what still runs, waits for that, then closes. Disposing twice is one disposal, a disposal
 * that failed may be tried again, and nothing runs on a target that is being closed.
 */
export const closable = (
  address: string,
  capabilities: readonly Capability[],
  { exec, close }: { readonly exec: Target['exec']; readonly close: () => Promise<void> },
): Target => {
  const closing = new AbortController()
  const running = new Set<Promise<Exec>>()
  let closed: Promise<void> | undefined
  return {
    address,
    capabilities,
    exec: async (script, { signal, ...options } = {}) => {
      if (closed)
        throw new AmiproofError(`cannot run a script on ${address}: the target is closed`, {
          kind: 'bug',
          code: 'target-closed',
          op: `run a script on ${address}`,
          blame: 'harness',
        })
      const either = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal
      const run = exec(script, { ...options, signal: either })
      running.add(run)
      return run.finally(() => running.delete(run))
    },
    [Symbol.asyncDispose]: () => {
      closed ??= (async () => {
        closing.abort(new Error(`${address} is being closed`))
        await Promise.allSettled(running)
        await close()
      })().catch((error: unknown) => {
        closed = undefined
        throw error
      })
      return closed
    },
  }
}
