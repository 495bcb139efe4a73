import { compareBytes } from '../lib/bytes.ts'
import { kubernetesMinor } from '../lib/versions.ts'
import type { Compat } from './compat.ts'
import { eksRegistry, type RegistryInputs } from './ecr-registry.ts'

/** Which images of EKS, and for which node. */
export interface EksImages extends RegistryInputs {
  /** `1.34`, `v1.34.2`. */
  readonly kubernetes: string
  /** Add-on versions, as `describe-addon-versions` gives them: the default and the latest, e.g. `v1.34.0-eksbuild.4`. */
  readonly kubeProxy?: readonly string[]
  readonly vpcCni?: readonly string[]
  /** Tag of `eks/pause`, where the node does not keep its sandbox image locally. */
  readonly pause?: string | undefined
}

/** kube-proxy also comes without a distribution around it, from 1.24 on. */
const kubeProxyTags = (minor: number, version: string): readonly string[] =>
  minor >= 24 ? [version, version.replace(/-eksbuild/, '-minimal-eksbuild')] : [version]

/**
 * The references of EKS's own images that an image may cache: kube-proxy, the VPC CNI with its init container, and pause.
 * Sorted, each once. Errors as `eksRegistry`, and `version` for a Kubernetes version that is none.
 */
export const eksImages = (inputs: EksImages, compat?: Compat): readonly string[] => {
  const { registry } = eksRegistry(inputs, compat)
  const minor = kubernetesMinor(inputs.kubernetes)
  const names = [
    ...(inputs.kubeProxy ?? [])
      .flatMap((version) => kubeProxyTags(minor, version))
      .map((tag) => `eks/kube-proxy:${tag}`),
    ...(inputs.vpcCni ?? []).flatMap((tag) => [`amazon-k8s-cni:${tag}`, `amazon-k8s-cni-init:${tag}`]),
    ...(inputs.pause === undefined ? [] : [`eks/pause:${inputs.pause}`]),
  ]
  return [...new Set(names.map((name) => `${registry}/${name}`))].sort(compareBytes)
}
