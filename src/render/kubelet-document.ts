import { parseDocument } from 'yaml'
import { kubeletTypeMeta } from './kubelet.ts'

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

const read = (text: string): unknown => {
  const document = parseDocument(text, { version: '1.1', prettyErrors: false, logLevel: 'error' })
  const [error] = document.errors
  if (error) throw error
  return document.toJS({ maxAliasCount: 100 })
}

/**
 * Reads one file as the kubelet's codec does: YAML 1.1 or JSON, an object, of apiVersion kubelet.config.k8s.io/v1beta1 and kind
 * KubeletConfiguration. Anything else keeps the kubelet from starting.
 */
export const readKubeletDocument = (text: string): Parsed => {
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
  return { ok: true, document: value }
}
