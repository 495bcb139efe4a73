/**
 * Measures what has a limit: `npm run bench`, or `npm run bench -- --only NAME`. Prints a Markdown table of medians beside those of a peer in the
 * same run, and ends with 1 where a limit is broken or something could not be measured.
 */
import { parseArgs } from 'node:util'
import { maxPodsBench } from './bench/max-pods.ts'
import type { Bench, Figure } from './bench/measure.ts'
import { renderNodeBench } from './bench/render-node.ts'
import { helpBench, importBench } from './bench/start.ts'

const benches: readonly Bench[] = [maxPodsBench, renderNodeBench, importBench, helpBench]

const inMs = (value: number): string => `${value >= 10 ? value.toFixed(0) : value.toFixed(2)} ms`
const ratioOf = ({ medianMs, peerMedianMs }: Figure): number => medianMs / peerMedianMs
const keeps = (figure: Figure): boolean =>
  (figure.limit.of === 'milliseconds' ? figure.medianMs : ratioOf(figure)) <= figure.limit.most

const row = (figure: Figure): string => {
  const { what, medianMs, peer, peerMedianMs, limit } = figure
  const most = limit.of === 'milliseconds' ? `≤ ${limit.most} ms` : `≤ ${limit.most} × the peer`
  const cells = [
    what,
    inMs(medianMs),
    `${peer}: ${inMs(peerMedianMs)}`,
    `${ratioOf(figure).toFixed(2)} ×`,
    most,
  ]
  return `| ${[...cells, keeps(figure) ? 'kept' : '**broken**'].join(' | ')} |`
}

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const chosen = benches.filter(({ name }) => values.only === undefined || name === values.only)
if (chosen.length === 0) {
  console.error(`there is no bench ${values.only}: there are ${benches.map(({ name }) => name).join(', ')}`)
  process.exit(3)
}

console.log('| what | median | peer | ratio | limit | |\n|---|---|---|---|---|---|')
for (const bench of chosen) {
  try {
    const figure = await bench.run()
    console.log(row(figure))
    if (!keeps(figure)) process.exitCode = 1
  } catch (error) {
    console.log(`| ${bench.name} | – | – | – | – | **not measured** |`)
    console.error(`${bench.name}: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
