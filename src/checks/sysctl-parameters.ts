import type { Capability, Severity } from '../result/result.ts'

export interface Parameter {
  readonly slug: string
  readonly key: string
  /** What is true while the node runs. */
  readonly title: string
  readonly severity: Severity
  readonly trace: readonly string[]
  /** Absent: the parameter belongs to the network namespace, so a container has its own. */
  readonly needs?: Capability
}

/** The values are the renderers' to say; a test holds the rendered keys against this list. */
export const parameters: readonly Parameter[] = [
  {
    slug: 'ip-forward',
    key: 'net.ipv4.ip_forward',
    title: 'IPv4 forwarding is on, so pod traffic can leave the node',
    severity: 'critical',
    trace: ['PR-A15'],
  },
  {
    slug: 'bridge-iptables',
    key: 'net.bridge.bridge-nf-call-iptables',
    title: 'Bridged IPv4 traffic of pods passes through iptables, so services work',
    severity: 'high',
    trace: ['PR-A15', 'PR-A14'],
    needs: 'modules',
  },
  {
    slug: 'bridge-ip6tables',
    key: 'net.bridge.bridge-nf-call-ip6tables',
    title: 'Bridged IPv6 traffic of pods passes through ip6tables, so services work',
    severity: 'high',
    trace: ['PR-A15', 'PR-A14'],
    needs: 'modules',
  },
  {
    slug: 'overcommit-memory',
    key: 'vm.overcommit_memory',
    title: 'Memory is overcommitted, as the kubelet with protected kernel defaults demands',
    severity: 'high',
    trace: ['PR-A34'],
    needs: 'kernel',
  },
  {
    slug: 'panic',
    key: 'kernel.panic',
    title: 'A kernel that panicked reboots after ten seconds',
    severity: 'high',
    trace: ['PR-A34'],
    needs: 'kernel',
  },
  {
    slug: 'panic-on-oops',
    key: 'kernel.panic_on_oops',
    title: 'A kernel that oopsed panics instead of going on',
    severity: 'high',
    trace: ['PR-A34'],
    needs: 'kernel',
  },
  {
    slug: 'inotify-watches',
    key: 'fs.inotify.max_user_watches',
    title: 'Pods have enough inotify watches',
    severity: 'medium',
    trace: ['PR-A35'],
    needs: 'kernel',
  },
  {
    slug: 'inotify-instances',
    key: 'fs.inotify.max_user_instances',
    title: 'Pods have enough inotify instances',
    severity: 'medium',
    trace: ['PR-A35'],
    needs: 'kernel',
  },
  {
    slug: 'max-map-count',
    key: 'vm.max_map_count',
    title: 'Processes may have the memory maps that databases and search engines want',
    severity: 'medium',
    trace: ['PR-A35'],
    needs: 'kernel',
  },
  {
    slug: 'pid-max',
    key: 'kernel.pid_max',
    title: 'The node has process ids for all of its pods',
    severity: 'high',
    trace: ['PR-A35', 'RD-05'],
    needs: 'kernel',
  },
  {
    slug: 'keepalive-time',
    key: 'net.ipv4.tcp_keepalive_time',
    title: 'Idle connections are probed before NAT gateways forget them',
    severity: 'low',
    trace: ['PR-A35'],
  },
  {
    slug: 'keepalive-interval',
    key: 'net.ipv4.tcp_keepalive_intvl',
    title: 'Probes of idle connections follow each other as the image sets it',
    severity: 'low',
    trace: ['PR-A35'],
  },
  {
    slug: 'keepalive-probes',
    key: 'net.ipv4.tcp_keepalive_probes',
    title: 'A peer that leaves the probes unanswered is given up',
    severity: 'low',
    trace: ['PR-A35'],
  },
  {
    slug: 'reserved-ports',
    key: 'net.ipv4.ip_local_reserved_ports',
    title: 'No connection of a pod takes a port that an EKS add-on needs',
    severity: 'medium',
    trace: ['PR-A35'],
  },
]
