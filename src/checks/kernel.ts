import { check } from './check.ts'
import { equal } from './verdict.ts'

export const ipForward = check({
  id: 'sysctl/ip-forward',
  title: 'IPv4 forwarding is on, so pod traffic can leave the node',
  phase: 'boot',
  severity: 'high',
  tags: ['node'],
  controls: [{ framework: 'trace', id: 'PR-A15' }],
  verify: ({ facts }) => equal(facts.sysctl['net.ipv4.ip_forward'], '1', 'net.ipv4.ip_forward at run time'),
  fix: 'Set net.ipv4.ip_forward = 1 in /etc/sysctl.d/99-kubernetes-cri.conf and see that no later file resets it.',
})
