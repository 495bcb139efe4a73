import { type InstanceType, requireLimits } from '../instance-type.ts'
import type { CniFlags } from './cni-flags.ts'

/** `unbounded`: IPv6 gives the node one /80, which no number of pods exhausts. */
export type PodAddresses = number | 'unbounded' | { readonly error: string }

/**
 * How many pods the VPC CNI can give an address to (ipamd and awsutils of v1.23.1), pods of the host network not counted: MAX_ENI counts from 1
 * to below the type's own number, the primary ENI gives none under custom networking, and prefixes work on nitro and on bare metal.
 */
export const vpcCniPodAddresses = (
  instance: InstanceType,
  flags: Pick<CniFlags, 'customNetworking' | 'prefixDelegation' | 'maxEnis'> & {
    readonly ipFamily: 'ipv4' | 'ipv6'
  },
): PodAddresses => {
  const { maxEnis, ipv4PerEni } = requireLimits(instance)
  const prefixes = flags.prefixDelegation && (instance.hypervisor === 'nitro' || instance.bareMetal)
  if (flags.ipFamily === 'ipv6') {
    return prefixes && !flags.customNetworking
      ? 'unbounded'
      : { error: 'invalid config: IPv6 requires prefix delegation, forbids custom networking' }
  }
  const given = Number(flags.maxEnis === '' ? Number.NaN : (flags.maxEnis ?? Number.NaN))
  const enis = Number.isInteger(given) && given >= 1 && given < maxEnis ? given : maxEnis
  return Math.max(enis - (flags.customNetworking ? 1 : 0), 0) * (ipv4PerEni - 1) * (prefixes ? 16 : 1)
}
