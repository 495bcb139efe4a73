import { readFileSync } from 'node:fs'
import type { Bench } from './measure.ts'
import { inTurns } from './measure.ts'

export const renderNodeBench: Bench = {
  name: 'render-node',
  run: async () => {
    const [{ renderNode }, { parseNodeSpec }] = await Promise.all([
      import('../../src/render/index.ts'),
      import('../../src/spec/parse-node-spec.ts'),
    ])
    const text = readFileSync('fixtures/specs/docker-node.json', 'utf8')
    const spec = parseNodeSpec(text)
    const files = renderNode(spec)
    const { ours, peers } = inTurns(
      200,
      () => renderNode(spec),
      () => parseNodeSpec(text),
    )
    return {
      name: 'render-node',
      what: `renderNode, ${files.length} files`,
      medianMs: ours,
      peer: 'reading the spec with zod',
      peerMedianMs: peers,
      limit: { of: 'milliseconds', most: 2 },
    }
  },
}
