import { nearest } from '../lib/nearest.ts'
import type { z } from '../lib/zod.ts'
import { excerpt } from './user-data-error.ts'

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
export const keysAt = (path: Path, root: unknown): readonly string[] => {
  let schema = root
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

const sentences = (issue: Issue, input: unknown, schema: () => unknown): readonly string[] => {
  const value = valueAt(input, issue.path)
  const where = at(issue.path) || 'the spec'
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(issue.path, schema())
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

/**
 * What a schema found wrong, one mistake per line under a headline: path, what was expected, what was found, what was probably meant.
 * @param schema the JSON Schema, asked for only when a key is unknown
 */
export const mistakesIn = (
  what: string,
  issues: readonly Issue[],
  input: unknown,
  schema: () => unknown,
): string => {
  const mistakes = issues.flatMap((issue) => sentences(issue, input, schema))
  const shown = mistakes.slice(0, MAX_MISTAKES)
  const more = mistakes.length - shown.length
  return [
    `reading ${what}: ${mistakes.length === 1 ? 'one mistake' : `${mistakes.length} mistakes`}`,
    ...shown.map((mistake) => `  ${mistake}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n')
}
