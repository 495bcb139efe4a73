import { readFileSync } from 'node:fs'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { parseNodeSpec } from '../spec/parse-node-spec.ts'

/** A spec from a file, JSON or YAML. Throws an {@link AmiproofError} of kind `config` that names every mistake with its path. */
export const readSpec = (path: string): NodeSpec => parseNodeSpec(textAt(path), path)

const textAt = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AmiproofError(`cannot read the spec ${path}: ${messageOf(cause)}`, {
      kind: 'config',
      code: 'unreadable-spec',
      op: `read ${path}`,
      blame: 'user',
      cause,
    })
  }
}
