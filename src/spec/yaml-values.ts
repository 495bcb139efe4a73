import { compareBytes } from '../lib/bytes.ts'
import { isAlias, isMap, isScalar, isSeq, type YAMLMap } from '../lib/yaml.ts'
import { type Document, isMapping } from './document.ts'
import { keyOf, resolvePlain, resolveTagged } from './yaml-scalar.ts'

/** Values, aliases expanded; go-yaml v2 counts too (`document contains excessive aliasing`). */
const MAX_VALUES = 200_000
export const MAX_DEPTH = 500

/** `<<`, plain or tagged, is YAML 1.1's merge key. */
const isMergeKey = (key: unknown): boolean =>
  isScalar(key) &&
  key.source === '<<' &&
  (key.tag === 'tag:yaml.org,2002:merge' || (!key.tag && key.type === 'PLAIN'))

/**
 * Reads nodes the way go-yaml v2 decodes into `map[interface{}]interface{}` and sigs.k8s.io/yaml turns that into JSON: keys as text, in
 * sorted order. Throws SyntaxError.
 * @param aliases which node each alias means
 */
export const readValues = (root: unknown, aliases: ReadonlyMap<object, unknown>): Document => {
  const open = new Set<object>()
  let count = 0
  const enter = (depth: number): void => {
    if (++count > MAX_VALUES)
      throw new SyntaxError(`it holds more than ${MAX_VALUES} values, aliases expanded`)
    if (depth > MAX_DEPTH) throw new SyntaxError(`it nests deeper than ${MAX_DEPTH} levels`)
  }
  const through = <T>(alias: object & { source: string }, read: (target: unknown) => T): T => {
    if (open.has(alias)) throw new SyntaxError(`the anchor &${alias.source} contains itself`)
    open.add(alias)
    const value = read(aliases.get(alias) ?? null)
    open.delete(alias)
    return value
  }
  const read = (node: unknown, depth: number): Document => {
    enter(depth)
    if (isAlias(node)) return through(node, (target) => read(target, depth + 1))
    if (isSeq(node)) return node.items.map((item) => finite(read(item, depth + 1)))
    if (!isMap(node)) return scalarOf(node)
    const entries = new Map<string, Document>()
    readInto(entries, node, depth)
    // json.Marshal sorts the keys of a Go map.
    return { entries: [...entries].sort(([a], [b]) => compareBytes(a, b)) }
  }
  /** Later keys win over earlier ones, merged keys included: go-yaml v2 merges where the `<<` stands. */
  const readInto = (entries: Map<string, Document>, map: YAMLMap, depth: number): void => {
    for (const { key, value } of map.items) {
      if (isMergeKey(key)) merge(entries, value, depth + 1)
      else entries.set(keyText(read(key, depth + 1)), finite(read(value, depth + 1)))
    }
  }
  /** A mapping, or a list of mappings of which the first wins. */
  const merge = (entries: Map<string, Document>, from: unknown, depth: number): void => {
    enter(depth)
    for (const item of isSeq(from) ? from.items.toReversed() : [from])
      if (isAlias(item)) through(item, (target) => mergeMap(entries, target, depth))
      else mergeMap(entries, item, depth)
  }
  const mergeMap = (entries: Map<string, Document>, from: unknown, depth: number): void => {
    if (!isMap(from)) throw new SyntaxError('<< takes a mapping or a list of mappings')
    readInto(entries, from, depth)
  }
  return finite(read(root, 0))
}

const finite = (doc: Document): Document => {
  if (typeof doc !== 'number' || Number.isFinite(doc)) return doc
  throw new SyntaxError(`${keyOf(doc)} has no place in JSON`)
}

const keyText = (key: Document): string => {
  if (key === null) throw new SyntaxError('a key is null; JSON has no null keys')
  if (isMapping(key) || typeof key === 'object') throw new SyntaxError('a key is a mapping or a list')
  return keyOf(key)
}

const scalarOf = (node: unknown): Document => {
  if (!isScalar(node)) return null
  const text = typeof node.value === 'string' ? node.value : (node.source ?? '')
  if (node.tag && node.tag !== '!') return resolveTagged(node.tag, text)
  return node.type === 'PLAIN' && !node.tag ? resolvePlain(text) : text
}
