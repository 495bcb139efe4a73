import { renderNode } from '../render/index.ts'
import type { NodeFile } from '../render/node-file.ts'
import type { NodeSpec } from '../spec/node-spec.ts'

const known = new WeakMap<NodeSpec, readonly NodeFile[]>()

/** What the spec puts on disk. Rendered once for each spec. */
export const rendered = (spec: NodeSpec): readonly NodeFile[] => {
  const files = known.get(spec) ?? renderNode(spec)
  known.set(spec, files)
  return files
}
