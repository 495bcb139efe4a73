import { type Document, yaml } from '../lib/yaml.ts'
import { kubeletTypeMeta } from './kubelet.ts'
import { fieldsBelow, typeAt, typeOf } from './kubelet-tables.ts'

/** A configuration file of the kubelet, as it lies on the node: JSON or YAML. */
export interface ConfigFile {
  readonly path: string
  readonly text: string
}

export type Parsed =
  | { readonly ok: true; readonly document: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly why: string }

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Far more than any kubelet configuration; reading takes time that grows with the text. */
export const maxKubeletText = 128 * 1024

export const tooLarge = `it is larger than ${maxKubeletText / 1024} KiB, which no kubelet configuration is`

/**
 * The YAML 1.1 document of a text, JSON included. Of several equal keys the last counts, as for the kubelet, which only logs them.
 * Throws RangeError for nesting that no stack holds.
 */
export const kubeletYaml = (text: string): Document =>
  yaml().parseDocument(text, { version: '1.1', prettyErrors: false, logLevel: 'error', uniqueKeys: false })

const read = (text: string): unknown => {
  const document = kubeletYaml(text)
  const [error] = document.errors
  if (error) throw error
  return document.toJS({ maxAliasCount: 100 })
}

/**
 * Reads one file as the kubelet's codec does: YAML 1.1 or JSON, an object, of apiVersion kubelet.config.k8s.io/v1beta1 and kind
 * KubeletConfiguration. Anything else keeps the kubelet from starting.
 */
export const readKubeletDocument = (text: string): Parsed => {
  if (text.length > maxKubeletText) return { ok: false, why: tooLarge }
  let value: unknown
  try {
    value = read(text)
  } catch (error) {
    return {
      ok: false,
      why: `it is neither JSON nor YAML: ${error instanceof Error ? error.message : error}`,
    }
  }
  if (!isObject(value)) return { ok: false, why: 'it holds no object' }
  for (const [key, expected] of Object.entries(kubeletTypeMeta)) {
    const seen = Object.hasOwn(value, key) ? value[key] : undefined
    if (seen !== expected)
      return {
        ok: false,
        why: `${key} is ${seen === undefined ? 'missing' : JSON.stringify(seen)}, not ${expected}`,
      }
  }
  const wrong = wrongTypes(value)
  if (wrong.length > 0) return { ok: false, why: wrong.join(', ') }
  return { ok: true, document: value }
}

/** Fields that the kubelet cannot decode, each in a few words. null is no value and always passes. */
const wrongTypes = (value: unknown, path: readonly string[] = []): readonly string[] => {
  const [expected, seen] = [typeAt(path), typeOf(value)]
  if (seen !== 'null' && expected !== undefined && seen !== expected)
    return [`${path.join('.')} is a ${seen}, not a ${expected}`]
  if (!isObject(value) || !fieldsBelow(path)) return []
  return Object.entries(value).flatMap(([key, item]) => wrongTypes(item, [...path, key]))
}
