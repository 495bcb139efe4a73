import { kubeletFlag } from './kubelet-tables.ts'

/** One flag as given: its name without dashes, its value, and where its word begins in the list of arguments. */
export interface GivenFlag {
  readonly name: string
  readonly value: string
  readonly index: number
}

const shorthands: Readonly<Record<string, string>> = { v: 'v', h: 'help' }

/**
 * Arguments as pflag reads them: `--a=b`, `--a b`, `--switch`, `-v4`, `-v=4`. Words that are no flags are left out: the kubelet refuses
 * them. `--` ends the flags.
 */
export const givenFlags = (args: readonly string[]): readonly GivenFlag[] => {
  const given: GivenFlag[] = []
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? ''
    if (word === '--') break
    const [, long, longValue] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? []
    const [, short, shortValue] = /^-([A-Za-z])=?(.*)$/s.exec(word) ?? []
    const name = long ?? shorthands[short ?? ''] ?? short
    if (name === undefined) continue
    const value = long === undefined ? shortValue || undefined : longValue
    const known = kubeletFlag(name)
    const next = args[index + 1] ?? ''
    if (value !== undefined) given.push({ name, value, index })
    else if (known?.kind === 'boolean') given.push({ name, value: 'true', index })
    else if (!known && next.startsWith('-')) given.push({ name, value: '', index })
    else given.push({ name, value: next, index: index++ })
  }
  return given
}

/** `a=1,b=2` as a map; `a<1` for eviction thresholds. */
const mapOf = (text: string, separator: '=' | '<'): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .split(',')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const at = pair.indexOf(separator)
        return at < 0 ? [pair.trim(), ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
      }),
  )

const listOf = (text: string): readonly string[] => (text === '' ? [] : text.split(','))

/** `key=value:effect` as the configuration's taint. */
const taintsOf = (text: string): readonly unknown[] =>
  listOf(text).map((taint) => {
    const [, key = taint, value, effect = ''] = /^([^=:]*)(?:=([^:]*))?:(.*)$/.exec(taint) ?? []
    return { key, ...(value === undefined ? {} : { value }), effect }
  })

/** A flag's value as the configuration field would hold it. */
export const fieldValue = (kind: string, text: string): unknown => {
  if (kind === 'integer') return /^[+-]?\d+$/.test(text) ? Number(text) : text
  if (kind === 'boolean') return /^(1|t|T|TRUE|true|True)$/.test(text)
  if (kind === 'list') return listOf(text)
  if (kind === 'taints') return taintsOf(text)
  if (kind === 'map') return mapOf(text, '=')
  if (kind === 'thresholds') return mapOf(text, '<')
  if (kind === 'gates')
    return Object.fromEntries(
      Object.entries(mapOf(text, '=')).map(([gate, on]) => [gate, fieldValue('boolean', on)]),
    )
  return text
}
