import { AmiproofError } from '../lib/errors.ts'
import { joinFile } from './image-file.ts'
import type { NodeFile } from './node-file.ts'

/** An elastic network interface that systemd-networkd manages, as IMDS describes it. */
export interface NetworkInterface {
  /** Permanent MAC address, lower case. */
  readonly mac: string
  readonly primary: boolean
  /** 0 where IMDS has no network-card. */
  readonly networkCard: number
  readonly deviceIndex: number
  /** The interface's own IPv4 address; '' on IPv6-only subnets. */
  readonly interfaceIp: string
}

/** Lower metrics win: the first device of the first card is preferred. */
export const routeMetric = ({ networkCard, deviceIndex }: NetworkInterface): number =>
  512 + 100 * networkCard + deviceIndex

/** 0, the main table, for the primary interface; one table for each other. */
export const routeTable = ({ primary, networkCard, deviceIndex }: NetworkInterface): number =>
  primary ? 0 : 10_000 + 100 * networkCard + deviceIndex

const sections = (
  { mac }: NetworkInterface,
  metric: number,
): string => `# this is derived from the ec2-net-util network config defaults.
#
# see: https://github.com/amazonlinux/amazon-ec2-net-utils/blob/3261b3b4c8824343706ee54d4a6f5d05cd8a5979/systemd/network/80-ec2.network

[Match]
PermanentMACAddress=${mac}

[Link]
MTUBytes=9001

[Network]
DHCP=yes
IPv6DuplicateAddressDetection=0
LLMNR=no
DNSDefaultRoute=yes

[DHCPv4]
UseHostname=no
UseDNS=yes
UseNTP=yes
UseDomains=yes

[DHCPv6]
UseHostname=no
UseDNS=yes
UseNTP=yes
WithoutRA=solicit

# additional route optimization to promote the primary interface being more
# likely to carry traffic from the instance on boot.
#
# see: https://github.com/amazonlinux/amazon-ec2-net-utils/blob/3261b3b4c8824343706ee54d4a6f5d05cd8a5979/lib/lib.sh#L354-L366

[DHCPv4]
RouteMetric=${metric}
UseRoutes=true
UseGateway=true

[IPv6AcceptRA]
RouteMetric=${metric}
UseGateway=true

`

const routes = (
  table: number,
): string => `# additional routes/rules are only needed for interfaces besides the primary, so
# this block is optional depending on the route table id.

[Route]
Table=${table}
Gateway=_ipv6ra

[Route]
Table=${table}
Gateway=_dhcp4

`

const rule = (address: string, table: number): string => `[RoutingPolicyRule]
From=${address}
Table=${table}
# ref: https://github.com/aws/amazon-vpc-cni-k8s/blob/ee97808e926b2386846a0af772d468d99db5fc51/pkg/networkutils/network.go#L78
Priority=32765
`

/**
 * The .network file of an interface, with nodeadm's comments (`_assets/interface.network.template`, MIT-0): DHCP for all, and for others than
 * the primary a route table of their own, used for what comes from their address.
 */
export const renderNetwork = (nic: NetworkInterface): string => {
  const table = routeTable(nic)
  return [
    sections(nic, routeMetric(nic)),
    ...(table === 0
      ? []
      : [routes(table), ...(nic.interfaceIp === '' ? [] : [rule(nic.interfaceIp, table)])]),
  ].join('')
}

const checked = (name: string): string => {
  if (/^[A-Za-z0-9_.-]{1,15}$/.test(name)) return name
  throw new AmiproofError(
    `cannot render the network file of interface ${JSON.stringify(name)}: a Linux interface name has at most 15 letters, digits, dots and dashes`,
    { kind: 'config', code: 'bad-interface-name', op: 'render network files', blame: 'user' },
  )
}

/**
 * The files that nodeadm-internal's udev-net-manager leaves for the interfaces it manages, by kernel name. The primary one also takes
 * amazon-ec2-net-utils' own 80-ec2.network out of service.
 */
export const networkFiles = (interfaces: Readonly<Record<string, NetworkInterface>>): readonly NodeFile[] =>
  Object.entries(interfaces).flatMap(([name, nic]) => [
    joinFile(`/run/systemd/network/70-eks-${checked(name)}.network`, 'ini', renderNetwork(nic)),
    ...(nic.primary
      ? [joinFile('/run/systemd/network/80-ec2.network.d/10-eks-disable.conf', 'ini', '[Match]\nName=none\n')]
      : []),
  ])
