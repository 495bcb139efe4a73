import type { Vector } from './vectors.ts'

type IsOfKind = (vector: Vector) => boolean

const has =
  (part: 'input' | 'expected', ...names: readonly string[]): IsOfKind =>
  (vector) =>
    names.every((name) => name in vector[part])
const isOneOf =
  (...kinds: readonly string[]): IsOfKind =>
  ({ input }) =>
    typeof input.kind === 'string' && kinds.includes(input.kind)

/** The kinds of vectors, told apart by their fields: never by an id, a tag or the name of a file. */
export const kinds = {
  cel: isOneOf('cel'),
  'max-pods of nodeadm': isOneOf('standard', 'expression', 'cpu', 'memory'),
  system: isOneOf('environment', 'localStorage', 'resolve', 'resources', 'pciVendor'),
  'max-pods of every system': has('input', 'karpenter', 'cniVersion'),
  containerd: (vector) =>
    typeof vector.input.containerdVersionText === 'string' && has('expected', 'isContainerdV2')(vector),
  'effective containerd': (vector) => typeof vector.main === 'string' && vector.results !== undefined,
  'dumps of containerd': (vector) => typeof vector.main === 'string' && vector.dumps !== undefined,
  kubelet: has('input', 'nodeConfig', 'instance'),
  kubeconfig: (vector) => has('input', 'cluster', 'region')(vector) && !('instance' in vector.input),
  'image credential provider': has('input', 'ecrCredentialProviderBinPathEnv'),
  'cluster DNS': ({ input }) => Object.keys(input).join() === 'cidr',
  network: has('input', 'networkCard', 'deviceIndex'),
  registry: has('input', 'fipsEnabledFile', 'servicesDomain'),
  'user data': (vector) =>
    (Array.isArray(vector.input.sources) || Array.isArray(vector.input.urls)) && 'ok' in vector.expected,
} as const satisfies Readonly<Record<string, IsOfKind>>

export type Kind = keyof typeof kinds

/** The kinds that a vector is of: one, or somebody made a vector that we cannot read. */
export const kindsOf = (vector: Vector): readonly string[] =>
  Object.entries(kinds).flatMap(([name, isOfKind]) => (isOfKind(vector) ? [name] : []))
