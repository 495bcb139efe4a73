import { Buffer, isUtf8 } from 'node:buffer'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { parseNodeSpec } from '../spec/parse-node-spec.ts'
import { refuseImpossible } from './impossible-spec.ts'
import { bytesAt } from './read-file.ts'

/** A spec from a file, JSON or YAML. Throws an {@link AmiproofError} of kind `config` that names every mistake with its path. */
export const readSpec = (path: string): NodeSpec => parseNodeSpec(specText(specBytes(path), path), path)

/** A spec to judge by: besides what `readSpec` refuses, one whose values no node can have is refused, before any node is opened. */
export const readSpecToJudge = (path: string): NodeSpec => {
  const spec = readSpec(path)
  refuseImpossible(spec, path)
  return spec
}

/** The text of a spec. Throws an {@link AmiproofError} of kind `config` that says on which line it is not UTF-8. */
export const specText = (bytes: Uint8Array, path: string): string => {
  if (isUtf8(bytes)) return Buffer.from(bytes).toString('utf8')
  // Each line by itself: a newline is never inside a character.
  const lines = Buffer.from(bytes).toString('latin1').split('\n')
  const line = lines.findIndex((one) => !isUtf8(Buffer.from(one, 'latin1'))) + 1
  throw new AmiproofError(`reading ${path}: line ${line} is not UTF-8; save the file as UTF-8`, {
    kind: 'config',
    code: 'spec-syntax',
    op: `read ${path}`,
    blame: 'user',
  })
}

const specBytes = (path: string): Uint8Array => {
  try {
    return bytesAt(path)
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
