import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type ParsedNode,
  type YAMLParseError,
  yaml,
} from '../lib/yaml.ts'
import type { Document } from './document.ts'
import { yamlText } from './yaml-text.ts'
import { MAX_DEPTH, readValues } from './yaml-values.ts'

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
  const { Composer, Parser } = yaml()
  const composer = new Composer({ version: '1.1', schema: 'failsafe', uniqueKeys: false, strict: false })
  for (const doc of composer.compose(new Parser().parse(text), true, text.length)) {
    const error = doc.errors[0]
    // The parser hands its own stack overflow on as a mistake in the text.
    if (error?.message.startsWith('Maximum call stack')) throw new RangeError(error.message)
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

/**
 * Reads the first document of a YAML stream as Kubernetes does: sigs.k8s.io/yaml over go-yaml v2, so YAML 1.1 scalars, merge keys, the
 * last of duplicate keys, keys in sorted order. Bounded: aliases, nesting. Throws SyntaxError.
 */
export const readYaml = (bytes: Uint8Array): Document => {
  try {
    const root = compose(yamlText(bytes))
    return readValues(root, bindAliases(root))
  } catch (error) {
    // The composer recurses per level; a stack overflow is its way to say that the document nests too deep.
    if (error instanceof RangeError)
      throw new SyntaxError(`it nests deeper than ${MAX_DEPTH} levels`, { cause: error })
    throw error
  }
}
