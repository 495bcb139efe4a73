import type { GpuDensity } from './gpu.ts'
import type { InstanceTypeLookup } from './instance-type.ts'
import type { DensityTrial } from './qualification.ts'

/** How a node is set up. Everything is optional; without any, the node runs the VPC CNI as EKS installs it. */
export interface MaxPodsOptions {
  /** Asked for instance types that the table lacks. */
  readonly lookup?: InstanceTypeLookup | undefined
  /** Version of the VPC CNI: `1.18.0`, `v1.18.1-eksbuild.3`. Default: one that has every mode. */
  readonly cniVersion?: string | undefined
  /** ENABLE_PREFIX_DELEGATION: /28 prefixes instead of addresses; nitro and bare metal, CNI 1.9.0. */
  readonly prefixDelegation?: boolean | undefined
  /** AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: the primary ENI gives pods nothing. */
  readonly customNetworking?: boolean | undefined
  /** MAX_ENI. Below 1 the CNI ignores it. */
  readonly maxEnis?: number | undefined
  /** ENIs that something else takes; Karpenter's --reserved-enis. */
  readonly reservedEnis?: number | undefined
  /** EFA-only interfaces on the default card. */
  readonly efaOnlyEnis?: number | undefined
  /** ENABLE_POD_ENI: security groups for pods. Their trunk takes one ENI. */
  readonly podEni?: boolean | undefined
  /** Default ipv4. */
  readonly ipFamily?: 'ipv4' | 'ipv6' | undefined
  /** Pods that need no address. Default 2 (aws-node and kube-proxy), or 4 on a GPU node. */
  readonly hostNetworkPods?: number | undefined
  /** maxPodsExpression of a NodeConfig. One that nodeadm would silently drop is refused. */
  readonly expression?: string | undefined
  /** kubelet's maxPods, as the user sets it. 1: one big pod. */
  readonly maxPods?: number | undefined
  /** kubelet's podsPerCore; 0: unset. */
  readonly podsPerCore?: number | undefined
  /** `none` lifts the ceiling of 110 or 250 without a proof that the node bears it. Default `eks`. */
  readonly ceiling?: 'eks' | 'none' | undefined
  /** A trial that proved more pods than 250 on this image and type lifts the ceiling to what it proved. */
  readonly qualified?: { readonly trial: DensityTrial; readonly image: string } | undefined
  /** A node kept for GPU pods: how its GPUs are cut up and shared. */
  readonly gpu?: GpuDensity | undefined
  /** What one pod and all daemons together request; adds the bounds `memory` and `cpu`. */
  readonly workload?: Workload | undefined
  /** Memory that the kernel really has, in MiB. Default: what EC2 says, of which firmware and kernel keep a few percent. */
  readonly memoryMi?: number | undefined
  /** evictionHard memory.available in MiB. Default 100, as nodeadm sets it. */
  readonly evictionMemoryMi?: number | undefined
}

/** What the pods of a node are, where that limits how many there can be. */
export interface Workload {
  readonly podMemoryMi: number
  readonly podCpuMillicores: number
  readonly daemonMemoryMi?: number | undefined
  readonly daemonCpuMillicores?: number | undefined
}
