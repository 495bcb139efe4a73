import type { Alias, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import { loadFrom, once } from './lazy.ts'

export type { Document, Pair, ParsedNode, YAMLMap, YAMLParseError } from 'yaml'

/** The YAML package, loaded when the first document is read. */
export const yaml = once((): typeof import('yaml') => loadFrom(import.meta.url, 'yaml'))

export const isAlias = (node: unknown): node is Alias => yaml().isAlias(node)
export const isMap = (node: unknown): node is YAMLMap => yaml().isMap(node)
export const isPair = (node: unknown): node is Pair => yaml().isPair(node)
export const isScalar = (node: unknown): node is Scalar => yaml().isScalar(node)
export const isSeq = (node: unknown): node is YAMLSeq => yaml().isSeq(node)
