import { compareBytes } from './bytes.ts'

const compareKeys = ([a]: [string, unknown], [b]: [string, unknown]): number => compareBytes(a, b)

const escaped = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`

const scalar = (value: unknown): string =>
  Object.is(value, -0)
    ? '-0'
    : typeof value === 'bigint'
      ? String(Number(value))
      : (JSON.stringify(typeof value === 'string' ? value.toWellFormed() : value) ?? 'null').replace(
          /[<>&\u2028\u2029]/g,
          escaped,
        )

/**
 * Writes JSON as Go's `encoding/json` does: `<`, `>`, `&`, U+2028 and U+2029 escaped, numbers as float64, integers beyond 2^53 rounded with them.
 * @param indent spaces per level
 * @param order `sorted` for Go maps (keys in byte order), `given` for structs
 */
export const goJson = (value: unknown, indent: number, order: 'sorted' | 'given' = 'sorted'): string =>
  write(value, { step: ' '.repeat(indent), order }, '\n')

interface Layout {
  readonly step: string
  readonly order: 'sorted' | 'given'
}

const write = (value: unknown, layout: Layout, line: string): string => {
  const inner = line + layout.step
  if (Array.isArray(value))
    return value.length === 0
      ? '[]'
      : `[${inner}${value.map((item) => write(item, layout, inner)).join(`,${inner}`)}${line}]`
  if (typeof value !== 'object' || value === null) return scalar(value)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  if (layout.order === 'sorted') entries.sort(compareKeys)
  const pairs = entries.map(([key, item]) => `${scalar(key)}: ${write(item, layout, inner)}`)
  return pairs.length === 0 ? '{}' : `{${inner}${pairs.join(`,${inner}`)}${line}}`
}

const digits = /^-?\d+$/

/**
 * Reads JSON, integers beyond 2^53 as `bigint`, so that no digit is lost; everything else as `JSON.parse`.
 * @throws SyntaxError as `JSON.parse`
 */
export const parseJsonKeepingDigits = (text: string): unknown =>
  JSON.parse(text, (_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && digits.test(context?.source ?? '')
      ? BigInt(context?.source ?? '')
      : value,
  )
