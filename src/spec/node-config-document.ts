import { messageOf } from '../lib/errors.ts'
import { deepMerge } from '../lib/merge.ts'
import { isTomlTable, parseToml } from '../lib/toml.ts'
import { stringifyToml } from '../lib/toml-text.ts'
import {
  appended,
  bytes,
  environment,
  type Field,
  flag,
  gates,
  inline,
  integer,
  labels,
  struct,
  text,
  texts,
} from './field.ts'
import { userDataError } from './user-data-error.ts'

type Texts = readonly string[]
type Inline = Readonly<Record<string, unknown>>

/** Kubernetes ObjectMeta; nodeadm keeps it and does nothing with it. */
export interface Metadata {
  readonly name?: string
  readonly generateName?: string
  readonly namespace?: string
  readonly selfLink?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number | bigint
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly finalizers?: Texts
}

/** `spec` of a NodeConfig as nodeadm reads it: nothing is required, and enumerations are not checked. */
export interface NodeConfigDocumentSpec {
  readonly cluster: {
    readonly name?: string
    readonly apiServerEndpoint?: string
    /** Base64. `''`: given, but empty, which nodeadm accepts and encodes as absent. */
    readonly certificateAuthority?: string
    readonly cidr?: string
    readonly enableOutpost?: boolean
    readonly id?: string
  }
  readonly featureGates?: Readonly<Record<string, boolean>>
  readonly kubelet: { readonly config?: Inline; readonly flags?: Texts; readonly maxPodsExpression?: string }
  readonly containerd: { readonly config?: string; readonly baseRuntimeSpec?: Inline }
  readonly instance: {
    readonly localStorage: {
      readonly strategy?: string
      readonly mountPath?: string
      readonly disabledMounts?: Texts
    }
    /** By service, `default` for the manager itself. Null: written as null. */
    readonly environment?: Readonly<Record<string, Readonly<Record<string, string>> | null>>
    readonly network: { readonly nameservers?: Texts; readonly domains?: Texts }
  }
}

/**
 * A `node.eks.aws/v1alpha1` NodeConfig as nodeadm holds it after decoding and merging. Structs are always there, empty values never;
 * integers beyond 2^53 in free-form values are `bigint`.
 */
export interface NodeConfigDocument {
  readonly apiVersion: 'node.eks.aws/v1alpha1'
  readonly kind: 'NodeConfig'
  readonly metadata: Metadata
  readonly spec: NodeConfigDocumentSpec
}

/** Two configurations merge as TOML and are written again; one alone stays as it is, comments and all. */
const toml: Field<string> = {
  decode: text.decode,
  merge: (ours, theirs) => {
    if (!ours || !theirs) return theirs ?? ours
    try {
      const merged: unknown = deepMerge(
        parseToml(ours, 'containerd.config'),
        parseToml(theirs, 'containerd.config'),
      )
      return isTomlTable(merged) ? stringifyToml(merged) : theirs
    } catch (error) {
      throw userDataError('merge-failed', `merging spec.containerd.config: ${messageOf(error)}`, error)
    }
  },
}

export const metadata = struct<Metadata>({
  name: text,
  generateName: text,
  namespace: text,
  selfLink: text,
  uid: text,
  resourceVersion: text,
  generation: integer,
  labels,
  annotations: labels,
  finalizers: texts,
})

export const spec = struct<NodeConfigDocumentSpec>({
  cluster: struct<NodeConfigDocumentSpec['cluster']>({
    name: text,
    apiServerEndpoint: text,
    certificateAuthority: bytes,
    cidr: text,
    enableOutpost: flag,
    id: text,
  }),
  featureGates: gates,
  kubelet: struct<NodeConfigDocumentSpec['kubelet']>({
    config: inline,
    flags: appended,
    maxPodsExpression: text,
  }),
  containerd: struct<NodeConfigDocumentSpec['containerd']>({ config: toml, baseRuntimeSpec: inline }),
  instance: struct<NodeConfigDocumentSpec['instance']>({
    localStorage: struct<NodeConfigDocumentSpec['instance']['localStorage']>({
      strategy: text,
      mountPath: text,
      disabledMounts: texts,
    }),
    environment,
    network: struct<NodeConfigDocumentSpec['instance']['network']>({ nameservers: texts, domains: texts }),
  }),
})

const document = (
  head: Metadata | undefined,
  body: NodeConfigDocumentSpec | undefined,
): NodeConfigDocument => ({
  apiVersion: 'node.eks.aws/v1alpha1',
  kind: 'NodeConfig',
  metadata: head ?? {},
  spec: body ?? emptySpec,
})
const emptySpec: NodeConfigDocumentSpec = {
  cluster: {},
  kubelet: {},
  containerd: {},
  instance: { localStorage: {}, network: {} },
}

export { document as nodeConfigDocument }

/**
 * Merges NodeConfigs from left to right as nodeadm does (api/merge.go, mergo 1.0.2): text that is not empty overrides, kubelet flags
 * append, free-form documents and the containerd configuration merge deeply, `enableOutpost: false` does not override true.
 * @throws AmiproofError `merge-failed` when two containerd configurations are not TOML
 */
export const mergeNodeConfigs = (
  first: NodeConfigDocument,
  ...rest: readonly NodeConfigDocument[]
): NodeConfigDocument =>
  rest.reduce(
    (ours, theirs) =>
      document(metadata.merge(ours.metadata, theirs.metadata), spec.merge(ours.spec, theirs.spec)),
    first,
  )

/** What nodeadm prints (`nodeadm config dump`) and caches: the document without the one value its encoding loses, an empty certificate authority. */
export const encodeNodeConfig = (config: NodeConfigDocument): NodeConfigDocument => {
  const { certificateAuthority, ...cluster } = config.spec.cluster
  return certificateAuthority === '' ? { ...config, spec: { ...config.spec, cluster } } : config
}
