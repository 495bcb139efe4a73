/** JSON as Go's `encoding/json` prints it, for the files that nodeadm writes with `json.MarshalIndent`. */

/** Orders strings by their UTF-8 bytes, as Go sorts map keys (JavaScript compares UTF-16 units). */
export const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

const hex4 = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`

/** A string literal: control characters, `<`, `>`, `&`, U+2028 and U+2029 escaped; a lone surrogate becomes `\ufffd`. */
export const goString = (text: string): string =>
  `"${text
    .replace(/["\\\u0000-\u001f<>&\u2028\u2029]/g, (c) => shortEscapes[c] ?? hex4(c.charCodeAt(0)))
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\\ufffd')}"`

const goNumber = (value: number): string => {
  if (!Number.isFinite(value)) throw new RangeError(`JSON has no ${value}`)
  return Object.is(value, -0) ? '-0' : String(value)
}

export interface GoJsonOptions {
  /** Spaces per level. */
  readonly indent: number
  /** True for Go maps (sorted by bytes), false for structs (in the order given). */
  readonly sortKeys: boolean
}

/**
 * Prints plain JSON data as `json.MarshalIndent` does, without a final newline. Every number is a float64, as after `json.Unmarshal`
 * into `any`. Throws RangeError for a number that JSON cannot hold.
 */
export const goJson = (value: unknown, options: GoJsonOptions): string => print(value, options, '\n')

const print = (value: unknown, options: GoJsonOptions, newline: string): string => {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return goNumber(value)
  if (typeof value === 'bigint') return goNumber(Number(value))
  if (typeof value === 'string') return goString(value)
  const deeper = newline + ' '.repeat(options.indent)
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    return `[${value.map((item) => deeper + print(item, options, deeper)).join(',')}${newline}]`
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  if (entries.length === 0) return '{}'
  if (options.sortKeys) entries.sort(([a], [b]) => byBytes(a, b))
  const lines = entries.map(([key, item]) => `${deeper}${goString(key)}: ${print(item, options, deeper)}`)
  return `{${lines.join(',')}${newline}}`
}
