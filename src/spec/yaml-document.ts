import {
  Composer,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type ParsedNode,
  Parser,
  type YAMLMap,
  type YAMLParseError,
} from 'yaml'
import { compareBytes } from '../lib/bytes.ts'
import { type Document, isMapping } from './document.ts'
import { keyOf, resolvePlain, resolveTagged } from './yaml-scalar.ts'
import { yamlText } from './yaml-text.ts'

/** Nodes after aliases are expanded; go-yaml v2 counts too (`document contains excessive aliasing`). */
const MAX_NODES = 200_000
const MAX_DEPTH = 500

type Node = ParsedNode | null

const column = (text: string, at: number): number => at - text.lastIndexOf('\n', at - 1) - 1

/** libyaml ends a document where its root node ends, a block at the first line that stands left of it, and never looks at the rest. */
const isBeyond = ({ code, pos }: YAMLParseError, root: Node, text: string): boolean => {
  if (!root || code !== 'UNEXPECTED_TOKEN' || pos[0] < root.range[1]) return false
  const isBlock = (isMap(root) || isSeq(root)) && !root.flow
  return !isBlock || column(text, pos[0]) < column(text, root.range[0])
}

/** The first document of the stream. The parser reads structure only; what plain scalars mean is go-yaml's business, not YAML 1.2's. */
const compose = (text: string): Node => {
  const composer = new Composer({ version: '1.1', schema: 'failsafe', uniqueKeys: false, strict: false })
  for (const doc of composer.compose(new Parser().parse(text), true, text.length)) {
    const error = doc.errors[0]
    if (error && !isBeyond(error, doc.contents, text))
      throw new SyntaxError(error.message.split('\n')[0] ?? 'it is not YAML', { cause: error })
    return doc.contents
  }
  return null
}

/** Which node each alias means: the last one before it with that anchor. */
const bindAliases = (root: Node): ReadonlyMap<object, Node> => {
  const anchors = new Map<string, Node>()
  const bound = new Map<object, Node>()
  const visit = (node: unknown, depth: number): void => {
    if (depth > MAX_DEPTH) throw new SyntaxError(`it nests deeper than ${MAX_DEPTH} levels`)
    if (isAlias(node)) {
      if (!anchors.has(node.source)) throw new SyntaxError(`the alias *${node.source} has no anchor`)
      bound.set(node, anchors.get(node.source) ?? null)
      return
    }
    if (isPair(node)) {
      visit(node.key, depth)
      visit(node.value, depth)
      return
    }
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return
    if (node.anchor) anchors.set(node.anchor, node as ParsedNode)
    if (!isScalar(node)) for (const item of node.items) visit(item, depth + 1)
  }
  visit(root, 0)
  return bound
}

/** `<<`, plain or tagged, is YAML 1.1's merge key. */
const isMergeKey = (key: unknown): boolean =>
  isScalar(key) &&
  key.source === '<<' &&
  (key.tag === 'tag:yaml.org,2002:merge' || (!key.tag && key.type === 'PLAIN'))

/** Reads values the way go-yaml v2 decodes into `map[interface{}]interface{}` and sigs.k8s.io/yaml turns that into JSON. */
class Reader {
  readonly #aliases: ReadonlyMap<object, Node>
  readonly #open = new Set<object>()
  #count = 0

  constructor(aliases: ReadonlyMap<object, Node>) {
    this.#aliases = aliases
  }

  read(node: unknown, depth: number): Document {
    if (++this.#count > MAX_NODES)
      throw new SyntaxError(`its aliases expand to more than ${MAX_NODES} values`)
    if (depth > MAX_DEPTH) throw new SyntaxError(`it nests deeper than ${MAX_DEPTH} levels`)
    if (isAlias(node)) return this.#through(node, (target) => this.read(target, depth + 1))
    if (isSeq(node)) return node.items.map((item) => finite(this.read(item, depth + 1)))
    if (isMap(node)) {
      const entries = new Map<string, Document>()
      this.#into(entries, node, depth)
      // json.Marshal sorts the keys of a Go map.
      return { entries: [...entries].sort(([a], [b]) => compareBytes(a, b)) }
    }
    return scalarOf(node)
  }

  #through<T>(alias: object & { source: string }, read: (target: Node) => T): T {
    const target = this.#aliases.get(alias) ?? null
    if (this.#open.has(alias)) throw new SyntaxError(`the anchor &${alias.source} contains itself`)
    this.#open.add(alias)
    const value = read(target)
    this.#open.delete(alias)
    return value
  }

  /** Later keys win over earlier ones, merged keys included: go-yaml v2 merges where the `<<` stands. */
  #into(entries: Map<string, Document>, map: YAMLMap, depth: number): void {
    for (const { key, value } of map.items) {
      if (isMergeKey(key)) this.#merge(entries, value, depth + 1)
      else entries.set(keyText(this.read(key, depth + 1)), finite(this.read(value, depth + 1)))
    }
  }

  #merge(entries: Map<string, Document>, from: unknown, depth: number): void {
    if (++this.#count > MAX_NODES)
      throw new SyntaxError(`its aliases expand to more than ${MAX_NODES} values`)
    if (depth > MAX_DEPTH) throw new SyntaxError(`it nests deeper than ${MAX_DEPTH} levels`)
    if (isAlias(from)) this.#through(from, (target) => this.#mergeMap(entries, target, depth))
    else if (isSeq(from)) for (const item of from.items.toReversed()) this.#mergeItem(entries, item, depth)
    else this.#mergeMap(entries, from, depth)
  }

  #mergeItem(entries: Map<string, Document>, from: unknown, depth: number): void {
    if (isAlias(from)) this.#through(from, (target) => this.#mergeMap(entries, target, depth))
    else this.#mergeMap(entries, from, depth)
  }

  #mergeMap(entries: Map<string, Document>, from: unknown, depth: number): void {
    if (!isMap(from)) throw new SyntaxError('<< takes a mapping or a list of mappings')
    this.#into(entries, from, depth)
  }
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

/**
 * Reads the first document of a YAML stream as Kubernetes does: sigs.k8s.io/yaml over go-yaml v2, so YAML 1.1 scalars, merge keys, the
 * last of duplicate keys, keys in sorted order. Bounded: aliases, nesting. Throws SyntaxError.
 */
export const readYaml = (bytes: Uint8Array): Document => {
  try {
    const root = compose(yamlText(bytes))
    return finite(new Reader(bindAliases(root)).read(root, 0))
  } catch (error) {
    // The composer recurses per level; a stack overflow is its way to say that the document nests too deep.
    if (error instanceof RangeError)
      throw new SyntaxError(`it nests deeper than ${MAX_DEPTH} levels`, { cause: error })
    throw error
  }
}
