import { capped, printable } from '../lib/printable.ts'

/** How much of a value a report keeps: characters per text, entries per list or table, levels, entries in all. */
const bounds = { text: 8_000, entries: 200, depth: 12, total: 2_000 } as const

interface Budget {
  left: number
}

/**
 * Any value as bounded plain JSON that prints as text: cut where it is too long, too wide or too deep (each cut says so), without
 * control characters, `undefined` as `null`, bytes as base64, big integers and dates as text, cycles named. Never throws.
 */
export const plain = (value: unknown): unknown => reduce(value, [], { left: bounds.total })

const reduce = (value: unknown, above: readonly object[], budget: Budget): unknown => {
  switch (typeof value) {
    case 'string':
      return cut(value)
    case 'number':
      return Number.isFinite(value) ? value + 0 : String(value)
    case 'boolean':
      return value
    case 'undefined':
      return null
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
    case 'object':
      return value === null ? null : reduceObject(value, above, budget)
    default:
      return `«${typeof value}»`
  }
}

const reduceObject = (value: object, above: readonly object[], budget: Budget): unknown => {
  if (above.includes(value)) return '«cycle»'
  if (above.length >= bounds.depth) return '«too deep, cut»'
  if (value instanceof Uint8Array) return cut(`base64:${Buffer.from(value).toString('base64')}`)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (value instanceof Error) return cut(value.message)
  if (value instanceof RegExp) return cut(String(value))
  const inner = [...above, value]
  if (value instanceof Set || Array.isArray(value)) return list([...value], inner, budget)
  return table(value instanceof Map ? [...value] : entriesOf(value), inner, budget)
}

const list = (values: readonly unknown[], above: readonly object[], budget: Budget): unknown => {
  const kept: unknown[] = []
  for (const value of values) {
    if (kept.length >= bounds.entries || budget.left-- <= 0) {
      kept.push(`«${values.length - kept.length} more, cut»`)
      break
    }
    kept.push(reduce(value, above, budget))
  }
  return kept
}

const table = (
  entries: readonly (readonly [unknown, unknown])[],
  above: readonly object[],
  budget: Budget,
): unknown => {
  const kept: [string, unknown][] = []
  for (const [key, value] of entries) {
    if (kept.length >= bounds.entries || budget.left-- <= 0) {
      kept.push(['«cut»', `${entries.length - kept.length} more`])
      break
    }
    kept.push([cut(String(key)), reduce(value, above, budget)])
  }
  return Object.fromEntries(kept)
}

/** A getter that throws is shown as what it threw. */
const entriesOf = (value: object): readonly (readonly [string, unknown])[] =>
  Object.keys(value).map((key) => {
    try {
      return [key, Reflect.get(value, key)] as const
    } catch (error) {
      return [key, error instanceof Error ? error : String(error)] as const
    }
  })

const cut = (text: string): string => capped(printable(text), bounds.text)
