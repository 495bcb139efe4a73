/** What the kubelet keeps for itself and containerd. */
export interface Reserved {
  readonly cpuMillicores: number
  readonly memoryMi: number
}

/** Shares of CPU that are reserved, by range of millicores, in hundredths of a percent. */
const cpuShares = [
  { from: 0, to: 1000, share: 600 },
  { from: 1000, to: 2000, share: 100 },
  { from: 2000, to: 4000, share: 50 },
  { from: 4000, to: Number.POSITIVE_INFINITY, share: 25 },
] as const

/**
 * kubeReserved.cpu in millicores: 6 % of the first core, 1 % of the second, 0.5 % of the third and fourth, 0.25 % above, each range rounded
 * down on its own. nodeadm `getCPUMillicoresToReserve` (amazon-eks-ami 81fec2e8); AL2's bootstrap.sh and Karpenter agree for 1 to 2048 CPUs.
 */
export const reservedCpuMillicores = (totalMillicores: number): number =>
  cpuShares.reduce((sum, { from, to, share }) => {
    const inRange = Math.min(totalMillicores, to) - from
    return inRange > 0 ? sum + Math.floor((inRange * share) / 10_000) : sum
  }, 0)

/** kubeReserved.memory in MiB: 11 for each pod and 255 (AL2, AL2023, Bottlerocket, Karpenter). */
export const reservedMemoryMi = (maxPods: number): number => 11 * maxPods + 255

/**
 * kubeReserved as nodeadm writes it. `maxPods` is the value nodeadm computed (after the expression, before the user's kubelet
 * configuration). Memory is int32 arithmetic and wraps, as nodeadm's does. Ephemeral storage is always 1Gi.
 */
export const nodeadmReserved = (
  node: { readonly maxPods: number } & ({ readonly cpuCount: number } | { readonly cpuMillicores: number }),
): Reserved => ({
  cpuMillicores: reservedCpuMillicores('cpuCount' in node ? node.cpuCount * 1000 : node.cpuMillicores),
  memoryMi: (Math.imul(11, node.maxPods) + 255) | 0,
})
