import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { NodeSpec } from '../spec/node-spec.ts'

/** A spec from a JSON file. Throws an {@link AmiproofError} of kind `config` that names every mistake with its path. */
export const readSpec = (path: string): NodeSpec => {
  const data = jsonAt(path)
  const parsed = NodeSpec.safeParse(data)
  if (parsed.success) return parsed.data
  const mistakes = parsed.error.issues.map(
    (issue) => `${path}: ${z.core.toDotPath(issue.path) || 'the document'}: ${issue.message}`,
  )
  throw wrong(path, mistakes.join('\n'), parsed.error)
}

const jsonAt = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw wrong(path, `cannot read the spec ${path}: ${messageOf(cause)}`, cause)
  }
}

const wrong = (path: string, message: string, cause: unknown): AmiproofError =>
  new AmiproofError(message, { kind: 'config', code: 'bad-spec', op: `read ${path}`, blame: 'user', cause })
