import { AmiproofError } from '../lib/errors.ts'
import type { Finding } from '../lib/finding.ts'
import { tomlErrorPosition } from '../lib/toml.ts'
import { isMap, isPair, isScalar, isSeq, yaml } from '../lib/yaml.ts'

/** What a reader throws, as findings: one per line of its message, each where its path stands in the text. */
export const mistakes = (read: () => unknown, rule: string, text: string): readonly Finding[] => {
  try {
    read()
    return []
  } catch (error) {
    if (!(error instanceof AmiproofError)) throw error
    const at = tomlErrorPosition(error)
    const [first = '', ...rest] = error.message.split('\n')
    // A heading that counts the mistakes below it is none itself.
    const lines = /(one mistake|\d+ mistakes)$/.test(first) ? rest : [first, ...rest]
    return lines.map((line) => {
      const message = line.replace(/^[^\s]*:\d+: /, '').trim()
      const named = /:(\d+): /.exec(line)
      const place = at ?? (named ? { line: Number(named[1]), column: 1 } : placeOf(text, message))
      return { rule, severity: 'error', ...place, message, fix: '' }
    })
  }
}

/** Where the path with which a sentence begins stands in JSON or YAML: its key, or of what is missing the last key above it. */
const placeOf = (text: string, message: string): { line: number; column: number } => {
  const path =
    /^[\w$.[\]-]+(?=: )/
      .exec(message)?.[0]
      .split(/[.[\]]+/)
      .filter(Boolean) ?? []
  const before = text.slice(0, offsetOf(text, path)).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

const offsetOf = (text: string, path: readonly string[]): number => {
  let node: unknown
  try {
    node = yaml().parseDocument(text, { prettyErrors: false, logLevel: 'error', uniqueKeys: false }).contents
  } catch (error) {
    // The parser recurses by level; a place is not worth more.
    if (error instanceof RangeError) return 0
    throw error
  }
  let offset = 0
  for (const key of path) {
    const found: unknown = isMap(node)
      ? node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key)
      : isSeq(node)
        ? node.items[Number(key)]
        : undefined
    if (found === undefined) break
    const named = isPair(found) ? found.key : found
    if (isScalar(named) || isMap(named) || isSeq(named)) offset = named.range?.[0] ?? offset
    node = isPair(found) ? found.value : found
  }
  return offset
}
