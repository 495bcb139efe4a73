import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type Bench, emptyStart, inTurns, startNode } from './measure.ts'

/** What is published, where it has been built; else what it is built from. */
const built = (name: string): string => (existsSync(`dist/${name}.js`) ? `dist/${name}.js` : `src/${name}.ts`)

const start = (name: string, what: string, most: number, args: () => readonly string[]): Bench => ({
  name,
  run: async () => {
    const { ours, peers } = inTurns(15, () => startNode(...args()), emptyStart)
    return {
      name,
      what,
      medianMs: ours,
      peer: '`node -e 0`',
      peerMedianMs: peers,
      limit: { of: 'times the peer', most },
    }
  },
})

export const importBench = start('import', `importing ${built('index')}`, 3, () => [
  '--input-type=module',
  '-e',
  `await import(${JSON.stringify(pathToFileURL(built('index')).href)})`,
])

export const helpBench = start('help', `${built('cli')} --help`, 2, () => [built('cli'), '--help'])
