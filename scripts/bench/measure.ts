import { spawnSync } from 'node:child_process'

/** One figure, beside that of a peer taken in the same run, and the limit it must keep. */
export interface Figure {
  readonly name: string
  readonly what: string
  readonly medianMs: number
  readonly peer: string
  readonly peerMedianMs: number
  /** What the limit is of: our milliseconds, or how many times the peer's. */
  readonly limit: { readonly of: 'milliseconds' | 'times the peer'; readonly most: number }
}

export interface Bench {
  readonly name: string
  readonly run: () => Promise<Figure>
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

/** Both in turns, so that whatever else the machine does falls on both alike; the first round only warms up. */
export const inTurns = (
  rounds: number,
  ours: () => void,
  peers: () => void,
): { readonly ours: number; readonly peers: number } => {
  const taken: { ours: number[]; peers: number[] } = { ours: [], peers: [] }
  for (let round = 0; round <= rounds; round++) {
    const times = [ours, peers].map((act) => {
      const start = performance.now()
      act()
      return performance.now() - start
    })
    if (round === 0) continue
    taken.ours.push(times[0] ?? 0)
    taken.peers.push(times[1] ?? 0)
  }
  return { ours: median(taken.ours), peers: median(taken.peers) }
}

/** Starts Node and waits for its end. @throws when it fails, because a failure is not a fast success */
export const startNode = (...args: readonly string[]): void => {
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr.slice(0, 500)}`)
}

/** What a Node start costs that does nothing. */
export const emptyStart = (): void => startNode('-e', '0')
