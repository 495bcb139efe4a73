import { AmiproofError, messageOf } from '../lib/errors.ts'
import { dockerLeftovers } from '../targets/docker-leftovers.ts'

interface Reaping {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: Date
}

/**
 * Removes what earlier runs left behind: containers and volumes with our label whose process has ended or whose time is over, and
 * unnamed images of builds that did not finish. Returns a line for each. Where there is no engine there is nothing to remove.
 * Rejects when something could not be removed, after trying all the rest.
 */
export const reap = async ({ env, now }: Reaping): Promise<readonly string[]> => {
  const removed: string[] = []
  const kept: string[] = []
  for await (const leftovers of dockerLeftovers(env, now)) {
    const results = await Promise.allSettled(leftovers.map(({ remove }) => remove()))
    results.forEach((result, at) => {
      const line = leftovers[at]?.line ?? ''
      if (result.status === 'fulfilled') removed.push(line)
      else kept.push(`${line} (${messageOf(result.reason).trim()})`)
    })
  }
  if (kept.length > 0)
    throw new AmiproofError(`cannot remove what earlier runs left behind: ${kept.join('; ')}`, {
      kind: 'target',
      code: 'not-reaped',
      op: 'reap',
      blame: 'harness',
      retryable: true,
    })
  return removed
}
