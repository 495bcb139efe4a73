import { Buffer } from 'node:buffer'
import { decodeBase64 } from './base64.ts'
import { excerpt } from './user-data-error.ts'

/** What a scalar means. */
type Scalar = null | boolean | number | bigint | string

const words: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((w) => [w, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (w) => [w, false] as const,
  ),
  ...['', '~', 'null', 'Null', 'NULL'].map((w) => [w, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((w) => [w, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((w) => [w, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((w) => [w, Number.NEGATIVE_INFINITY] as const),
])

const integer = /^([+-]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/
const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/
const dotFloat = /^\.[0-9]+([eE][-+]?[0-9]+)?$/
const timestamp = /^\d{4}-\d{1,2}-\d{1,2}([Tt ]|$)/

const maxUint64 = (1n << 64n) - 1n
const minInt64 = -(1n << 63n)

const integerOf = (plain: string): bigint | undefined => {
  const [, sign, digits] = integer.exec(plain) ?? []
  if (digits === undefined) return undefined
  const octal = /^0[0-7]+$/.test(digits)
  const magnitude = BigInt(octal ? `0o${digits}` : digits)
  const value = sign === '-' ? -magnitude : magnitude
  // Go's ParseInt takes a sign and 64 bits; ParseUint takes the rest of 64 bits without one.
  if (value < minInt64 || value > maxUint64) return undefined
  return sign !== '' && value >= 1n << 63n ? undefined : value
}

const floatOf = (plain: string): number | undefined => {
  const value = Number(plain)
  return Number.isFinite(value) ? value : undefined
}

const narrow = (value: bigint): number | bigint =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value

/**
 * Resolves a plain scalar as go-yaml v2 does (resolve.go): YAML 1.1 words (`yes`, `off`, `~`), octal `010`, `0b`, `0o`, `0x` and `_`
 * in numbers, no base 60, dates as strings. sigs.k8s.io/yaml, and so every Kubernetes decoder, reads YAML this way.
 */
export const resolvePlain = (text: string): Scalar => {
  const word = words.get(text)
  if (word !== undefined) return word
  const first = text[0] ?? ''
  if (first === '.') return dotFloat.test(text) ? (floatOf(text) ?? text) : text
  if (!/[0-9+-]/.test(first) || timestamp.test(text)) return text
  const digits = text.replaceAll('_', '')
  const whole = integerOf(digits)
  if (whole !== undefined) return narrow(whole)
  return float.test(digits) ? (floatOf(digits) ?? text) : text
}

const prefix = 'tag:yaml.org,2002:'

/**
 * Resolves a scalar with an explicit tag (go-yaml v2, resolve.go): `!!str` takes any text, `!!binary` is decoded base64, the other core tags
 * must agree with what the text means, and unknown tags leave a string. Throws SyntaxError.
 */
export const resolveTagged = (tag: string, text: string): Scalar => {
  const name = tag.startsWith(prefix) ? tag.slice(prefix.length) : tag
  if (name === 'binary') {
    const bytes = decodeBase64(text)
    if (!bytes) throw new SyntaxError('a !!binary value is not base64')
    return Buffer.from(bytes).toString('utf8')
  }
  if (!['bool', 'int', 'float', 'null', 'timestamp'].includes(name)) return text
  const value = resolvePlain(text)
  const is =
    name === 'null'
      ? value === null
      : name === 'bool'
        ? typeof value === 'boolean'
        : name === 'timestamp'
          ? typeof value === 'string' && timestamp.test(text)
          : typeof value === 'bigint' ||
            (typeof value === 'number' && (name === 'float' || integer.test(text.replaceAll('_', ''))))
  if (!is) throw new SyntaxError(`${excerpt(text)} is not a !!${name}`)
  return value
}

/** The text of a float as Go's `FormatFloat(v, 'g', -1, 32)` gives it for the exponents that occur in keys. */
export const keyOf = (value: boolean | number | bigint | string): string => {
  if (typeof value !== 'number' || Number.isInteger(value)) return String(value)
  if (Number.isNaN(value)) return '.nan'
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf'
  const single = Math.fround(value)
  const digits = [...Array(9).keys()]
    .map((n) => single.toPrecision(n + 1))
    .find((s) => Math.fround(Number(s)) === single)
  return String(Number(digits ?? single))
}
