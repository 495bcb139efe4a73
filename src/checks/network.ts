import type { NodeSpec } from '../spec/node-spec.ts'
import { check } from './check.ts'
import { each } from './combine.ts'
import { seenFile, seenText } from './seen.ts'
import { trace } from './trace.ts'
import { equal, expected, matches, none } from './verdict.ts'

/** Ports that give away the node: the kubelet's read-only port, Docker's API, cAdvisor of old kubelets, etcd. */
const forbidden = [10255, 2375, 2376, 4194, 2379]

export const noOpenPorts = check({
  id: 'network/no-open-ports',
  title: 'No port is open that serves without authentication',
  phase: 'boot',
  severity: 'critical',
  tags: ['node'],
  controls: trace('RD-03', 'PR-T3'),
  verify: ({ facts }) =>
    none(
      facts.sockets.flatMap((socket) =>
        socket.family !== 'unix' && forbidden.includes(socket.port)
          ? [`${socket.family} ${socket.address}:${socket.port}`]
          : [],
      ),
      `nothing that listens on ${forbidden.join(', ')}`,
      '/proc/net',
    ),
  fix: 'Stop the program that listens there: `ss -lntp` names it.',
})

export const containerdSocket = check({
  id: 'network/containerd-socket',
  title: 'containerd listens on the socket that the kubelet dials',
  phase: 'boot',
  severity: 'critical',
  tags: ['node'],
  controls: trace('KC-20', 'RD-03'),
  verify: ({ facts }) => {
    const paths = facts.sockets.flatMap((socket) => (socket.family === 'unix' ? [socket.path] : []))
    return none(
      paths.includes('/run/containerd/containerd.sock') ? [] : ['nobody listens'],
      'a listener on /run/containerd/containerd.sock',
      '/run/containerd/containerd.sock',
    )
  },
  fix: 'Start containerd, and remove grpc.address from its configuration.',
})

export const nftables = check({
  id: 'network/iptables-nft',
  title: 'iptables speaks to nftables, as kube-proxy and the CNI do',
  phase: 'image',
  severity: 'high',
  tags: ['node'],
  controls: trace('PR-A02', 'PR-T4'),
  verify: ({ facts }) => equal(facts.iptables?.flavour, 'nft', '`iptables -V`'),
  fix: 'Install iptables-nft, or choose it with `update-alternatives --set iptables /usr/sbin/iptables-nft`.',
})

export const noLegacyRules = check({
  id: 'network/no-legacy-tables',
  title: 'No rules are left in the legacy tables, where nobody sees them and packets still meet them',
  phase: 'boot',
  severity: 'high',
  tags: ['node'],
  controls: trace('PR-T4'),
  needs: ['kernel'],
  verify: ({ facts }) =>
    none(facts.iptables?.legacyTables ?? [], 'no legacy table', '/proc/net/ip_tables_names'),
  fix: 'Remove the program that used iptables-legacy, and reboot: its rules are not shown by iptables-nft.',
})

export const localhost = check({
  id: 'network/localhost',
  title: 'localhost is the loopback address',
  phase: 'boot',
  severity: 'medium',
  tags: ['node'],
  controls: trace('RD-29'),
  verify: ({ facts }) => {
    const lines = (seenText(facts, '/etc/hosts') ?? '')
      .split('\n')
      .filter((line) => /\slocalhost(\s|$)/.test(line))
    return each(lines, 'lines for localhost', '/etc/hosts', (line) =>
      matches(line.trim(), /^(127\.0\.0\.1|::1)\s/, '127.0.0.1 or ::1', '/etc/hosts'),
    )
  },
  fix: 'Give localhost to 127.0.0.1 and ::1 alone in /etc/hosts; health probes of the node go there.',
})

export const hostsOnce = check({
  id: 'network/hosts-once',
  title: 'No name stands with the same address twice in /etc/hosts',
  phase: 'boot',
  severity: 'low',
  tags: ['node'],
  controls: trace('RD-29'),
  verify: ({ facts }) => {
    const lines = (seenText(facts, '/etc/hosts') ?? '')
      .split('\n')
      .map((line) => line.replace(/#.*/, '').trim().replace(/\s+/g, ' '))
      .filter(Boolean)
    return none(
      [...new Set(lines.filter((line, i) => lines.indexOf(line) !== i))],
      'every line once',
      '/etc/hosts',
    )
  },
  fix: 'Remove the repeated lines: nodeadm appends those of an Outpost again whenever it runs.',
})

export const resolver = check({
  id: 'network/resolver',
  title: 'The node knows a name server',
  phase: 'boot',
  severity: 'high',
  tags: ['node'],
  controls: trace('RD-T2'),
  needs: ['network'],
  verify: ({ facts }) =>
    matches(
      seenText(facts, '/etc/resolv.conf'),
      /^nameserver\s+\S+/m,
      'a nameserver line',
      '/etc/resolv.conf',
    ),
  fix: 'Restore /etc/resolv.conf, a link to what systemd-resolved writes; pods inherit it.',
})

const endpointHost = (spec: NodeSpec): string => {
  const endpoint = spec.join?.spec.cluster.apiServerEndpoint ?? ''
  return /^[a-z]+:\/\/([^/:]+)/.exec(endpoint)?.[1] ?? endpoint
}

export const outpostHosts = check({
  id: 'network/outpost-hosts',
  title: 'The endpoint of the Outpost resolves without a name server',
  phase: 'join',
  severity: 'critical',
  tags: ['node'],
  controls: trace('RD-29', 'RD-O5'),
  applies: ({ join }) => join?.spec.cluster.enableOutpost === true,
  unless: 'the cluster is not on an Outpost',
  verify: ({ spec, facts }) => {
    const host = endpointHost(spec)
    const lines = (seenText(facts, '/etc/hosts') ?? '').split('\n').map((line) => line.trim().split(/\s+/))
    return each(
      lines.filter((words) => words.slice(1).includes(host)),
      `lines for ${host}`,
      '/etc/hosts',
      ([address]) => matches(address, /^([\d.]+|[\da-f:]+)$/i, 'an address', `/etc/hosts: ${host}`),
    )
  },
  fix: 'Read `journalctl -b -u nodeadm-config`: it looks the endpoint up when the node joins, and adds a line for each address.',
})

export const forwardOpen = check({
  id: 'network/forward-policy',
  title: 'Packets of pods that no rule decides are let through',
  phase: 'boot',
  severity: 'critical',
  tags: ['node'],
  controls: trace('PR-T3', 'PR-T4', 'PR-A02'),
  verify: ({ facts }) => equal(facts.packetFilter.policies.FORWARD, 'ACCEPT', '`iptables -S`: -P FORWARD'),
  fix: 'Run `iptables -P FORWARD ACCEPT`, as the unit of the kubelet does, and find out who closed the chain: Docker does, and hardening guides do.',
})

/** Rules that drop or reject everything that came so far, not just what matches an address, a port or a state. */
const closesDoor = /^-A (INPUT|FORWARD)( -[io] \S+)?( -m comment --comment ("[^"]*"|\S+))? -j (DROP|REJECT)\b/

export const inputOpen = check({
  id: 'network/no-blanket-drop',
  title: 'No rule of the host drops everything, the kubelet’s port and node ports included',
  phase: 'boot',
  severity: 'critical',
  tags: ['node'],
  controls: trace('PR-T3'),
  verify: ({ facts: { packetFilter } }) =>
    none(
      [
        ...(packetFilter.policies.INPUT === 'ACCEPT' ? [] : [`-P INPUT ${packetFilter.policies.INPUT}`]),
        ...packetFilter.rules.filter((rule) => closesDoor.test(rule)),
      ],
      '-P INPUT ACCEPT, and no rule that drops everything',
      '`iptables -S`',
    ),
  fix: 'Remove the rule: security groups and network policies guard the node, and the control plane has to reach port 10250.',
})

export const socketAccess = check({
  id: 'network/containerd-socket-access',
  title: 'Root alone can speak to containerd',
  phase: 'boot',
  severity: 'critical',
  tags: ['node'],
  controls: trace('KC-20', 'PR-T1'),
  verify: ({ facts }) => {
    const path = '/run/containerd/containerd.sock'
    const seen = seenFile(facts, path)
    return expected(
      seen === undefined || (seen.owner === 'root:root' && /^[67][06]0$/.test(seen.mode.slice(-3))),
      seen && { mode: seen.mode, owner: seen.owner },
      'mode 0660, owner root:root',
      path,
    )
  },
  fix: 'Remove grpc.uid and grpc.gid from the configuration of containerd and restart it: who can write to the socket is root.',
})
