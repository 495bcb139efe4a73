import { messageOf } from '../lib/errors.ts'
import { type Document, isMapping, nameOf } from './document.ts'
import { readJson } from './json-document.ts'
import { metadata, type NodeConfigDocument, nodeConfigDocument, spec } from './node-config-document.ts'
import { excerpt, userDataError } from './user-data-error.ts'
import { readYaml } from './yaml-document.ts'

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Reads one document: JSON if its first character is `{`, YAML otherwise (apimachinery's recognizers). The two differ: JSON takes no
 * comments, and YAML sorts the keys, so that which of several mistakes is found first differs too.
 */
const readDocument = (bytes: Uint8Array): Document => {
  const text = utf8.decode(bytes)
  const isJson = /^[\s\u0085]*\{/u.test(text) && !text.trimStart().startsWith('\ufeff')
  try {
    return isJson ? readJson(text) : readYaml(bytes)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw userDataError(
      isJson ? 'decode-not-an-object' : 'decode-bad-yaml',
      `reading the NodeConfig: it is not ${isJson ? 'JSON' : 'YAML'}: ${messageOf(error)}; it begins ${excerpt(text)}`,
      error,
    )
  }
}

/** `apiVersion` and `kind` are found in any case (Go's encoding/json folds it); the last of them counts. */
const typeField = (doc: Document, name: RegExp, label: string): string => {
  if (doc === null) return ''
  if (!isMapping(doc))
    throw userDataError(
      'decode-not-an-object',
      `reading the NodeConfig: expected a mapping with apiVersion, kind and spec, found ${nameOf(doc)}${typeof doc === 'string' ? ` ${excerpt(doc)}` : ''}`,
    )
  const values = doc.entries.filter(([key]) => name.test(key)).map(([, value]) => value)
  const wrong = values.find((value) => value !== null && typeof value !== 'string')
  if (wrong !== undefined)
    throw userDataError(
      'decode-not-an-object',
      `reading the NodeConfig: ${label} is ${nameOf(wrong)}, and must be a string`,
    )
  return String(values.findLast((value) => value !== null) ?? '')
}

const unknown = (kind: string, apiVersion: string) =>
  userDataError(
    'decode-unknown-kind-or-version',
    `reading the NodeConfig: ${excerpt(kind)} of ${excerpt(apiVersion)} is unknown; expected NodeConfig of node.eks.aws/v1alpha1`,
  )

/** `__internal` is what nodeadm writes into its cache, /run/eks/nodeadm/config.json. */
const versions = ['v1alpha1', '__internal']

/**
 * Decodes one NodeConfig document, YAML or JSON, as nodeadm does: Kubernetes' non-strict decoding. Field names are case-sensitive,
 * unknown fields are ignored, values are not coerced, and only the first YAML document counts. Does not validate.
 * @throws AmiproofError `decode-*`
 */
export const decodeNodeConfig = (bytes: Uint8Array): NodeConfigDocument => {
  const doc = readDocument(bytes)
  const kind = typeField(doc, /^kind$/iu, 'kind')
  const apiVersion = typeField(doc, /^apiversion$/iu, 'apiVersion')
  const [group, version, ...more] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  if (more.length > 0) throw unknown(kind, apiVersion)
  if (kind === '' || !isMapping(doc))
    throw userDataError(
      'decode-kind-missing',
      `reading the NodeConfig: it has no kind; it begins ${excerpt(utf8.decode(bytes))}. Start it with "apiVersion: node.eks.aws/v1alpha1" and "kind: NodeConfig"`,
    )
  if (!version)
    throw userDataError('decode-apiversion-missing', 'reading the NodeConfig: it has no apiVersion')
  if (group !== 'node.eks.aws' || !versions.includes(version) || kind !== 'NodeConfig')
    throw unknown(kind, apiVersion)
  const at = { metadata: metadata.initial, spec: spec.initial }
  for (const [key, value] of doc.entries) {
    if (key === 'metadata') at.metadata = metadata.decode(value, key, at.metadata)
    if (key === 'spec') at.spec = spec.decode(value, key, at.spec)
  }
  return nodeConfigDocument(at.metadata, at.spec)
}
