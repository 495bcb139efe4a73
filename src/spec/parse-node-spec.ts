import { Buffer } from 'node:buffer'
import { z } from 'zod'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { nearest } from '../lib/nearest.ts'
import { plain } from './document.ts'
import { MAX_DOCUMENT_BYTES } from './envelope.ts'
import { readJson } from './json-document.ts'
import { NodeSpec } from './node-spec.ts'
import { excerpt } from './user-data-error.ts'
import { readYaml } from './yaml-document.ts'

/** The JSON Schema (draft 2020-12) of a spec file, from the schema that reads it. Defaults may be left out. */
export const nodeSpecSchema = (): z.core.JSONSchema.BaseSchema => ({
  title: 'amiproof node spec',
  ...z.toJSONSchema(NodeSpec, { io: 'input' }),
})

/** More mistakes than a person reads at once. */
const MAX_MISTAKES = 50

type Path = readonly PropertyKey[]
type Issue = z.core.$ZodIssue

const at = (path: Path): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    '',
  )

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? Reflect.get(inner, key)
        : undefined,
    value,
  )

/** The keys that may stand at a path, by the JSON Schema. */
const keysAt = (path: Path): readonly string[] => {
  let schema: unknown = nodeSpecSchema()
  for (const key of path) schema = valueAt(schema, ['properties', key]) ?? valueAt(schema, ['items'])
  const properties = valueAt(schema, ['properties'])
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : []
}

const MAX_WORD = 80
const excerptKey = (key: string): string => (key.length > MAX_WORD ? excerpt(key, MAX_WORD) : key)

const suggestion = (word: string, known: readonly string[]): string => {
  const near = word.length > MAX_WORD ? undefined : nearest(word, known)
  return near === undefined ? '' : `; did you mean ${near}?`
}

const seen = (value: unknown): string =>
  value === undefined
    ? 'nothing'
    : typeof value === 'string'
      ? excerpt(value, 40)
      : Array.isArray(value)
        ? 'a list'
        : typeof value === 'object' && value !== null
          ? 'an object'
          : String(value)

const sentences = (issue: Issue, input: unknown): readonly string[] => {
  const value = valueAt(input, issue.path)
  const where = at(issue.path) || 'the spec'
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(issue.path)
      return issue.keys.map(
        (key) => `${at([...issue.path, excerptKey(key)])}: there is no such key${suggestion(key, known)}`,
      )
    }
    case 'invalid_value': {
      const options = issue.values.map(String)
      const hint = typeof value === 'string' ? suggestion(value, options) : ''
      return [`${where}: expected ${options.join(', ')}; found ${seen(value)}${hint}`]
    }
    case 'invalid_type': {
      if (value === undefined) return [`${where}: this is required`]
      const hint =
        issue.expected === 'string' && typeof value === 'number' ? '; quote it, 1.30 is 1.3 as a number' : ''
      return [`${where}: expected ${issue.expected}; found ${seen(value)}${hint}`]
    }
    default:
      return [`${where}: ${issue.message}; found ${seen(value)}`]
  }
}

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
    return plain(isJson ? readJson(text.trimStart()) : readYaml(Buffer.from(text)))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw refuse(
      'spec-syntax',
      `reading ${what}: it is not ${isJson ? 'JSON' : 'YAML'}: ${messageOf(error)}`,
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
  const result = NodeSpec.safeParse(value)
  if (result.success) return result.data
  const mistakes = result.error.issues.flatMap((issue) => sentences(issue, value))
  const shown = mistakes.slice(0, MAX_MISTAKES)
  const more = mistakes.length - shown.length
  throw refuse(
    'spec-invalid',
    [
      `reading ${what}: ${mistakes.length === 1 ? 'one mistake' : `${mistakes.length} mistakes`}`,
      ...shown.map((mistake) => `  ${mistake}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ].join('\n'),
    result.error,
  )
}
