import type { Phase, Severity } from '../result/result.ts'
import { type Check, check } from './check.ts'
import { namesIn, seenFile } from './seen.ts'
import { trace } from './trace.ts'
import { equal, fail, none, pass } from './verdict.ts'

interface Directory {
  readonly slug: string
  readonly path: string
  readonly what: string
  readonly severity: Severity
  readonly trace: readonly string[]
  readonly phase?: Phase
  /** True: it may be made later, by what uses it. */
  readonly optional?: true
}

const listed: readonly Directory[] = [
  { slug: 'eks', path: '/etc/eks', what: 'files of EKS', severity: 'medium', trace: ['PR-A08'] },
  {
    slug: 'containerd',
    path: '/etc/containerd',
    what: 'configuration of containerd',
    severity: 'high',
    trace: ['RD-23'],
  },
  {
    slug: 'containerd-certs',
    path: '/etc/containerd/certs.d',
    what: 'registry hosts',
    severity: 'medium',
    trace: ['KC-24'],
    optional: true,
  },
  {
    slug: 'containerd-drop-ins',
    path: '/etc/systemd/system/containerd.service.d',
    what: 'drop-ins of containerd',
    severity: 'medium',
    trace: ['PR-A13'],
  },
  {
    slug: 'cni-config',
    path: '/etc/cni/net.d',
    what: 'CNI configurations',
    severity: 'high',
    trace: ['RD-23'],
    phase: 'join',
    optional: true,
  },
  { slug: 'cni-plugins', path: '/opt/cni/bin', what: 'CNI plugins', severity: 'high', trace: ['PR-A28'] },
  {
    slug: 'kubernetes',
    path: '/etc/kubernetes',
    what: 'Kubernetes configuration',
    severity: 'high',
    trace: ['PR-A23'],
  },
  {
    slug: 'kubelet-config',
    path: '/etc/kubernetes/kubelet',
    what: 'kubelet configuration',
    severity: 'high',
    trace: ['PR-A23'],
  },
  { slug: 'pki', path: '/etc/kubernetes/pki', what: 'certificates', severity: 'high', trace: ['RD-21'] },
  {
    slug: 'manifests',
    path: '/etc/kubernetes/manifests',
    what: 'static pods',
    severity: 'high',
    trace: ['PR-A26'],
  },
  {
    slug: 'kubelet-state',
    path: '/var/lib/kubelet',
    what: 'kubelet state',
    severity: 'high',
    trace: ['PR-A21'],
  },
  {
    slug: 'kubernetes-state',
    path: '/var/lib/kubernetes',
    what: 'Kubernetes state',
    severity: 'low',
    trace: ['PR-A27'],
  },
  {
    slug: 'credential-provider',
    path: '/etc/eks/image-credential-provider',
    what: 'credential providers',
    severity: 'high',
    trace: ['PR-A31'],
  },
]

/** What the image has to have in place; files in it are judged by their own checks. */
export const present: readonly Check[] = listed.map(
  ({ slug, path, what, severity, trace: ids, phase = 'image', optional }) =>
    check({
      id: `directory/${slug}`,
      title: `${path} is a directory for ${what} that only root can change${optional ? ', where it is' : ''}`,
      phase,
      severity,
      tags: ['node'],
      controls: trace(...ids),
      verify: ({ facts }) => {
        const seen = seenFile(facts, path)
        const wanted = { kind: 'directory', mode: '0755', owner: 'root:root' }
        if (seen === undefined && optional) return pass('not there yet')
        return seen === undefined
          ? fail('absent', wanted, path)
          : equal({ kind: seen.kind, mode: seen.mode, owner: seen.owner }, wanted, path)
      },
      fix: `Create or correct it in the image: install -d -m 0755 -o root -g root ${path}.`,
    }),
)

export const noStaticPods = check({
  id: 'directory/manifests-empty',
  title: 'No static pod waits in /etc/kubernetes/manifests to be started outside of the cluster',
  phase: 'image',
  severity: 'critical',
  tags: ['node'],
  controls: trace('PR-A26'),
  verify: ({ facts }) =>
    none(namesIn(facts, '/etc/kubernetes/manifests'), 'an empty directory', '/etc/kubernetes/manifests'),
  fix: 'Remove the manifests and find out who put them there; EKS nodes run no static pods.',
})
