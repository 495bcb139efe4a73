import { check } from './check.ts'
import { all } from './combine.ts'
import { seenFile } from './seen.ts'
import { trace } from './trace.ts'
import { contains, equal, none } from './verdict.ts'

export const rotationWorks = check({
  id: 'logs/rotation-works',
  title: 'logrotate accepts its whole configuration',
  phase: 'image',
  severity: 'medium',
  tags: ['node'],
  controls: trace('PR-A07'),
  verify: ({ facts: { logrotate } }) =>
    all(
      none(logrotate.errors, 'no error', '`logrotate -d /etc/logrotate.conf`'),
      equal(logrotate.exitCode, 0, '`logrotate -d /etc/logrotate.conf`: exit code'),
    ),
  fix: 'Run `logrotate -d /etc/logrotate.conf` and correct the file and line that it names; at night logrotate skips that line, or the whole file, and the disk fills.',
})

export const kubeProxy = check({
  id: 'logs/kube-proxy',
  title: 'The log of kube-proxy is rotated before it fills the disk',
  phase: 'image',
  severity: 'medium',
  tags: ['node'],
  controls: trace('PR-A25', 'PR-A07'),
  verify: ({ facts }) =>
    contains(facts.logrotate.rotates, ['/var/log/kube-proxy.log'], '`logrotate -d /etc/logrotate.conf`'),
  fix: 'Restore /etc/logrotate.d/kube-proxy, which is a file, and the include of /etc/logrotate.d in /etc/logrotate.conf.',
})

export const kubeProxyIsFile = check({
  id: 'logs/kube-proxy-is-file',
  title: '/etc/logrotate.d/kube-proxy is a file, as logrotate reads no directories there',
  phase: 'image',
  severity: 'medium',
  tags: ['node'],
  controls: trace('PR-A25'),
  verify: ({ facts }) =>
    equal(seenFile(facts, '/etc/logrotate.d/kube-proxy')?.kind, 'file', '/etc/logrotate.d/kube-proxy'),
  fix: 'Remove the directory and install the file that `amiproof render SPEC` prints.',
})
