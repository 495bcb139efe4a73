import type { TomlDate } from 'smol-toml'
import { AmiproofError, messageOf } from './errors.ts'
import { loadFrom, once } from './lazy.ts'

export type { TomlDate }

const smol = once((): typeof import('smol-toml') => loadFrom(import.meta.url, 'smol-toml'))
const iarna = once((): typeof import('@iarna/toml') => loadFrom(import.meta.url, '@iarna/toml'))

/** A TOML value: `bigint` is an integer, `number` is a float, and the two are never mixed up (containerd 1.x refuses `1` for a float). */
export type TomlValue = string | boolean | bigint | number | TomlDate | readonly TomlValue[] | TomlTable
/** A TOML table; keys are own properties, `__proto__` included. */
export interface TomlTable {
  readonly [key: string]: TomlValue
}

/** Line and column, both from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Deeper documents are refused: nothing on a node nests this far, and recursion must stay bounded. */
const maxDepth = 200
const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n }

/** Every `Date` in a TOML document is one that knows how it was written. */
export const isTomlDate = (value: unknown): value is TomlDate => value instanceof Date

export const isTomlTable = (value: unknown): value is TomlTable =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

const refuse = (what: string, problem: string, at?: Position, cause?: unknown): AmiproofError =>
  new AmiproofError(
    `cannot read ${what}${at ? ` at line ${at.line}, column ${at.column}` : ''} as TOML: ${problem}`,
    { kind: 'config', code: 'toml-syntax', op: `read ${what}`, blame: 'user', cause },
  )

/** Copies what the parser returned into ordinary objects whose keys are all their own, `__proto__` included, and checks the bounds. */
const own = (value: unknown, what: string, path: readonly string[]): TomlValue => {
  if (path.length > maxDepth) throw refuse(what, `it nests more than ${maxDepth} levels deep`)
  if (typeof value === 'bigint') {
    if (value < int64.min || value > int64.max)
      throw refuse(what, `${path.join('.')} = ${value} does not fit in 64 bits`)
    return value
  }
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value
  if (isTomlDate(value)) return value
  if (Array.isArray(value)) return value.map((item, i) => own(item, what, [...path, String(i)]))
  return ownTable(Object(value), what, path)
}

const ownTable = (value: object, what: string, path: readonly string[]): TomlTable =>
  Object.fromEntries(Object.entries(value).map(([key, item]) => [key, own(item, what, [...path, key])]))

/**
 * Reads TOML, integers as `bigint` and floats as `number`.
 * @param what the document's name in errors, e.g. `/etc/containerd/config.toml`
 * @throws AmiproofError `toml-syntax` with line and column; see {@link tomlErrorPosition}
 */
export const parseToml = (text: string, what = 'the TOML document'): TomlTable => {
  // containerd 2 and nodeadm (go-toml v2) refuse it; editors do not show it.
  if (text.startsWith('\uFEFF'))
    throw refuse(what, 'it starts with a byte order mark; save it without one', { line: 1, column: 1 })
  let parsed: object
  try {
    parsed = smol().parse(text, { integersAsBigInt: true, maxDepth })
  } catch (error) {
    if (!(error instanceof smol().TomlError)) throw refuse(what, messageOf(error), undefined, error)
    const problem = (error.message.split('\n', 1)[0] ?? '').replace(/^Invalid TOML document: /, '')
    throw refuse(what, problem, { line: error.line, column: error.column }, error)
  }
  return ownTable(parsed, what, [])
}

/** Where a TOML syntax error is, if that is what was thrown. */
export const tomlErrorPosition = (error: unknown): Position | undefined =>
  error instanceof AmiproofError && error.cause instanceof smol().TomlError
    ? { line: error.cause.line, column: error.cause.column }
    : undefined

/**
 * Reads a file that people edit (amiproof.toml): TOML 0.5 through @iarna/toml, numbers as plain numbers.
 * @throws AmiproofError `toml-syntax` with line and column
 */
export const parseHandEditedToml = (text: string, what: string): Record<string, unknown> => {
  try {
    return plain(iarna().parse(text), what, 0)
  } catch (error) {
    if (error instanceof AmiproofError) throw error
    const at = error instanceof Error && 'line' in error && 'col' in error ? error : undefined
    const position = at && { line: Number(at.line) + 1, column: Number(at.col) + 1 }
    const problem = (messageOf(error).split('\n', 1)[0] ?? '').replace(/ at row \d+, col \d+.*$/, '')
    throw refuse(what, problem, position, error)
  }
}

const plain = (value: object, what: string, depth: number): Record<string, unknown> => {
  if (depth > maxDepth) throw refuse(what, `it nests more than ${maxDepth} levels deep`)
  const item = (child: unknown): unknown =>
    Array.isArray(child)
      ? child.map(item)
      : typeof child === 'object' && child !== null && !(child instanceof Date)
        ? plain(child, what, depth + 1)
        : child
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, item(child)]))
}
