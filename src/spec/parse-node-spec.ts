import { Buffer } from 'node:buffer'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { type z, zod } from '../lib/zod.ts'
import { plain, repeatedKeys } from './document.ts'
import { MAX_DOCUMENT_BYTES } from './envelope.ts'
import { readJson } from './json-document.ts'
import { mistakesIn } from './mistakes.ts'
import { type NodeSpec, nodeSpecShape } from './node-spec.ts'
import { readYaml } from './yaml-document.ts'

/** The JSON Schema (draft 2020-12) of a spec file, from the schema that reads it. Defaults may be left out. */
export const nodeSpecSchema = (): z.core.JSONSchema.BaseSchema => ({
  title: 'amiproof node spec',
  ...zod().toJSONSchema(nodeSpecShape(), { io: 'input' }),
})

const refuse = (code: string, message: string, cause?: unknown) =>
  new AmiproofError(message, { kind: 'config', code, op: 'read the spec', blame: 'user', cause })

const parseText = (text: string, what: string): unknown => {
  if (text.length > MAX_DOCUMENT_BYTES)
    throw refuse(
      'spec-syntax',
      `reading ${what}: it has ${text.length} characters, more than the ${MAX_DOCUMENT_BYTES} allowed`,
    )
  const isJson = text.trimStart().startsWith('{')
  try {
    const document = isJson ? readJson(text.trimStart()) : readYaml(Buffer.from(text))
    const twice = repeatedKeys(document)
    if (twice.length === 0) return plain(document)
    throw refuse('spec-invalid', `reading ${what}: ${twice.join(', ')}: written twice; keep one`)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const isTooDeep = error.message.startsWith('it nests deeper')
    throw refuse(
      'spec-syntax',
      `reading ${what}: ${isTooDeep ? '' : `it is not ${isJson ? 'JSON' : 'YAML'}: `}${messageOf(error)}`,
      error,
    )
  }
}

/**
 * Reads what a node was meant to be: a spec file's text, JSON or YAML, or a value that was parsed already. Defaults are filled in; a key that
 * is not known is a mistake.
 * @param what the document's name in errors, e.g. its path
 * @throws AmiproofError `spec-syntax` when the text is neither; `spec-invalid` listing every mistake with its path, and the key or value that
 *   was probably meant
 */
export const parseNodeSpec = (input: unknown, what = 'the spec'): NodeSpec => {
  const value = typeof input === 'string' ? parseText(input, what) : input
  const result = nodeSpecShape().safeParse(value)
  if (result.success) return result.data
  throw refuse('spec-invalid', mistakesIn(what, result.error.issues, value, nodeSpecSchema), result.error)
}
