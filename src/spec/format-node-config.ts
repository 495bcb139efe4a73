import { compareBytes } from '../lib/bytes.ts'

const escaped = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`

const write = (value: unknown, line: string): string => {
  const inner = `${line}  `
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null)
    return (JSON.stringify(typeof value === 'string' ? value.toWellFormed() : value) ?? 'null').replace(
      /[^\u0020-\u007e]/g,
      escaped,
    )
  const items = Array.isArray(value)
    ? value.map((item) => write(item, inner))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .sort(([a], [b]) => compareBytes(a, b))
        .map(([key, item]) => `${write(key, inner)}: ${write(item, inner)}`)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  return items.length === 0 ? open + close : `${open}${inner}${items.join(`,${inner}`)}${line}${close}`
}

/**
 * A NodeConfig as JSON, which nodeadm reads as it reads YAML: keys sorted, every digit of large integers, and ASCII alone, so that no
 * transfer encoding can hurt it.
 */
export const formatNodeConfig = (config: object): string => write(config, '\n')
