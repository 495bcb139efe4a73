import { AmiproofError } from '../lib/errors.ts'
import { contains, hasHostBits, isIpv4, parseAddress, parseCidr } from './cidr.ts'
import type { Compat } from './compat.ts'

/** The address of the cluster DNS, and the family of the service CIDR. */
export interface ClusterDns {
  readonly address: string
  /** Which family the node's own address has. */
  readonly ipFamily: 'ipv4' | 'ipv6'
}

const refuse = (cidr: string, problem: string, fix: string): never => {
  throw new AmiproofError(
    `cannot derive the cluster DNS address from service CIDR ${JSON.stringify(cidr)}: ${problem}; ${fix}`,
    {
      kind: 'config',
      code: 'bad-cidr',
      op: 'derive the cluster DNS address',
      blame: 'user',
    },
  )
}

/**
 * The address of the cluster's DNS service, derived from the service CIDR (nodeadm `GetClusterDns`).
 *
 * nodeadm works on the text: IPv4 is what stands before the last dot plus `.10`, IPv6 what stands before the slash plus `a`. That yields a
 * wrong or invalid address when host bits are set or the network is small. Default mode refuses those with a sentence; `compat: 'nodeadm'`
 * returns nodeadm's text. Throws AmiproofError `bad-cidr`.
 */
export const clusterDns = (cidr: string, compat?: Compat): ClusterDns => {
  const parsed = parseCidr(cidr)
  if (!parsed)
    return refuse(cidr, 'it is not a CIDR', 'write the service CIDR of the cluster, such as 10.100.0.0/16')
  const ipv4 = isIpv4(parsed.address)
  if (ipv4 && !cidr.includes('.'))
    refuse(cidr, 'it is an IPv4 network without dots, on which nodeadm crashes', 'write it as 10.100.0.0/16')
  const address = ipv4 ? `${cidr.slice(0, cidr.lastIndexOf('.'))}.10` : `${parsed.addressText}a`
  const result: ClusterDns = { address, ipFamily: ipv4 ? 'ipv4' : 'ipv6' }
  if (compat === 'nodeadm') return result
  if (hasHostBits(parsed))
    refuse(cidr, 'bits beyond the prefix are set', 'write the first address of the network')
  const read = parseAddress(address)
  if (!read)
    return refuse(cidr, `nodeadm would write ${address}, which is no address`, 'end the network in ::')
  if (!contains(parsed, read))
    refuse(
      cidr,
      `nodeadm would write ${address}, which lies outside it`,
      'use a network that holds that address',
    )
  return result
}
