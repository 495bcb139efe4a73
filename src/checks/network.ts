import { check } from './check.ts'
import { trace } from './trace.ts'
import { none } from './verdict.ts'

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
