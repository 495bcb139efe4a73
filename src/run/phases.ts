import { AmiproofError, messageOf } from '../lib/errors.ts'
import { capped, printable } from '../lib/printable.ts'
import type { RunPhase } from '../result/report.ts'

/** The steps of a run on one node, timed. A step that fails is recorded, and the steps after it are skipped. */
export interface Phases {
  /** Runs a step; undefined when it, or one before it, failed. */
  readonly run: <T>(name: string, step: () => Promise<T> | T) => Promise<T | undefined>
  /** Runs a step whatever happened before. */
  readonly always: (name: string, step: () => Promise<void>) => Promise<void>
  readonly recorded: () => readonly RunPhase[]
  readonly interrupted: () => boolean
}

export const trackPhases = (now: () => Date, onStart: (name: string) => void = () => {}): Phases => {
  const done: RunPhase[] = []
  const failed = () => done.find(({ status }) => status === 'failed')
  const timed = async <T>(name: string, step: () => Promise<T> | T): Promise<T | undefined> => {
    const started = now()
    const at = () => ({
      name,
      startedAt: started.toISOString(),
      durationMs: Math.max(0, now().getTime() - started.getTime()),
    })
    try {
      onStart(name)
      const value = await step()
      done.push({ ...at(), status: 'ok' })
      return value
    } catch (error) {
      done.push({ ...at(), status: 'failed', ...blameOf(error) })
      return undefined
    }
  }
  return {
    run: async (name, step) => {
      const before = failed()
      if (!before) return timed(name, step)
      done.push({
        name,
        status: 'skipped',
        startedAt: now().toISOString(),
        durationMs: 0,
        message: `${before.name} failed`,
      })
      return undefined
    },
    always: async (name, step) => {
      await timed(name, step)
    },
    recorded: () => done,
    interrupted: () => done.some(({ kind }) => kind === 'interrupted'),
  }
}

/** What the report says of anything that was thrown; what is not ours to explain is our bug. */
export const blameOf = (error: unknown): Pick<RunPhase, 'message' | 'blame' | 'code' | 'kind'> => {
  const message = capped(printable(messageOf(error)), 4_000)
  return error instanceof AmiproofError
    ? { message, blame: error.blame, code: error.code, kind: error.kind }
    : { message: `a bug in amiproof: ${message}`, blame: 'harness', code: 'bug', kind: 'bug' }
}
