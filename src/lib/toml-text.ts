import { compareBytes } from './bytes.ts'
import { isTomlDate, isTomlTable, type TomlDate, type TomlTable, type TomlValue } from './toml.ts'

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}
const escaped = (c: string): string =>
  escapes[c] ?? `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
const quote = (text: string): string => `"${text.replace(/[\\"\0-\x1f\x7f]/g, escaped)}"`

/** A literal string where TOML allows one, a basic string where it must be. */
const stringText = (text: string): string =>
  /['\0-\x08\x0a-\x1f\x7f]/.test(text) ? quote(text) : `'${text}'`
const keyText = (key: string): string => (/^[A-Za-z0-9_-]+$/.test(key) ? key : stringText(key))

/** A key path as TOML writes it: `plugins.'io.containerd.grpc.v1.cri'.sandbox_image`. */
export const keyPathText = (path: readonly string[]): string => path.map(keyText).join('.')

/** Digits without an exponent, and always with a fraction, so that a reader sees a float. */
const floatText = (value: number): string => {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (Object.is(value, -0)) return '-0.0'
  const shortest = String(value)
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(shortest) ?? []
  const shift = Number(exponent)
  const digits = whole + fraction
  const point = whole.length + shift
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  const left = digits.slice(0, point).padEnd(point, '0')
  return `${sign}${left}.${digits.slice(point) || '0'}`
}

/** RFC 3339 with the shortest fraction, as Go's RFC3339Nano prints it. */
const dateText = (date: TomlDate): string =>
  date
    .toISOString()
    .replace(/\.(\d*?)0+(?=Z|[+-]\d\d:\d\d$|$)/, (_, digits: string) => (digits ? `.${digits}` : ''))
    .replace(/[+-]00:00$/, 'Z')

const isTables = (value: TomlValue): value is readonly TomlTable[] =>
  Array.isArray(value) && value.length > 0 && value.every(isTomlTable)

const inline = (value: TomlValue): string => {
  if (typeof value === 'string') return stringText(value)
  if (typeof value === 'number') return floatText(value)
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (isTomlDate(value)) return dateText(value)
  if (isTomlTable(value)) {
    const pairs = sorted(value).map(([key, item]) => `${keyText(key)} = ${inline(item)}`)
    return `{${pairs.join(', ')}}`
  }
  return `[${value.map(inline).join(', ')}]`
}

const sorted = (table: TomlTable): [string, TomlValue][] =>
  Object.entries(table).sort(([a], [b]) => compareBytes(a, b))

const body = (table: TomlTable, path: readonly string[]): string => {
  const entries = sorted(table)
  const isChild = (value: TomlValue): boolean => isTomlTable(value) || isTables(value)
  const pairs = entries.filter(([, value]) => !isChild(value))
  const children = entries.filter(([, value]) => isChild(value))
  const head = pairs.map(([key, value]) => `${keyText(key)} = ${inline(value)}\n`).join('')
  const tail = children.map(([key, value]) => child(value, [...path, key])).join('\n')
  return head + (head && tail ? '\n' : '') + tail
}

const child = (value: TomlValue, path: readonly string[]): string =>
  isTables(value)
    ? value.map((item) => `[[${keyPathText(path)}]]\n${body(item, path)}`).join('\n')
    : isTomlTable(value)
      ? `[${keyPathText(path)}]\n${body(value, path)}`
      : ''

/**
 * Writes TOML as go-toml v2 does for nodeadm (`marshaler.go`): scalars first, keys in byte order, single quotes where they can be,
 * a header for every table on the way, no indentation. An empty table is `''`.
 */
export const stringifyToml = (table: TomlTable): string => body(table, [])
