import type { NodeFile } from '../render/node-file.ts'
import type { Phase, Severity } from '../result/result.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { rendered } from './rendered.ts'

/** One thing on the node that is made of one file, or of several of a kind. What it holds is for the renderers to say. */
export interface Subject {
  readonly slug: string
  readonly path: string | RegExp
  /** As a sentence calls it. */
  readonly name: string
  readonly title: string
  readonly phase: Phase
  readonly severity: Severity
  readonly accessSeverity?: Severity
  readonly trace: readonly string[]
  readonly accessTrace?: readonly string[]
  readonly writer: 'the image build' | 'nodeadm'
  readonly fix: string
  /** True: the build adds what the spec cannot know. */
  readonly mayHoldMore?: true
}

type Given = Omit<Subject, 'phase' | 'writer' | 'name' | 'fix'> & {
  readonly name?: string
  readonly fix?: string
}

const of = (phase: Phase, writer: Subject['writer'], given: Given): Subject => ({
  ...given,
  phase,
  writer,
  name: given.name ?? String(given.path),
  fix: given.fix ?? `Let ${writer} write the file again from the spec, and see who changed it since.`,
})

const baked = (given: Given): Subject => of('image', 'the image build', given)
const joined = (given: Given): Subject => of('join', 'nodeadm', given)

/** What the spec renders, by what it is for. A test holds every rendered path against this list. */
export const subjects: readonly Subject[] = [
  joined({
    slug: 'containerd-config',
    path: '/etc/containerd/config.toml',
    title: 'The configuration file of containerd holds what the spec renders',
    severity: 'high',
    trace: ['PR-A17', 'PR-I02', 'EN-10', 'RD-O7', 'KC-06', 'KC-20'],
  }),
  joined({
    slug: 'base-runtime-spec',
    path: '/etc/containerd/base-runtime-spec.json',
    title: 'Containers start from the OCI specification that the spec renders',
    severity: 'high',
    trace: ['PR-T1'],
  }),
  joined({
    slug: 'kubelet-config',
    path: '/etc/kubernetes/kubelet/config.json',
    title: 'The base configuration of the kubelet holds what the spec renders',
    severity: 'high',
    trace: ['PR-I07', 'EN-11', 'RD-15', 'EN-13a'],
    accessSeverity: 'high',
    accessTrace: ['PR-I07'],
  }),
  joined({
    slug: 'kubelet-drop-in',
    path: '/etc/kubernetes/kubelet/config.json.d/40-nodeadm.conf',
    title: 'The drop-in of the kubelet holds the configuration of the user data',
    severity: 'high',
    trace: ['EN-11', 'RD-15'],
    accessSeverity: 'high',
    accessTrace: ['PR-I07'],
  }),
  joined({
    slug: 'kubelet-environment',
    path: '/etc/eks/kubelet/environment',
    title: 'The kubelet gets the arguments that the spec renders',
    severity: 'high',
    trace: ['RD-25', 'RD-31', 'RD-O8', 'PR-I03'],
  }),
  joined({
    slug: 'kubeconfig',
    path: /^\/var\/lib\/kubelet\/(bootstrap-)?kubeconfig$/,
    name: 'the kubeconfig of the kubelet',
    title: 'The kubeconfig names the endpoint, cluster and region of the spec',
    severity: 'high',
    trace: ['RD-27', 'RD-O4', 'PR-I05'],
    accessSeverity: 'high',
    accessTrace: ['PR-I05'],
  }),
  joined({
    slug: 'ca-certificate',
    path: '/etc/kubernetes/pki/ca.crt',
    title: 'The CA certificate on disk is that of the cluster',
    severity: 'critical',
    trace: ['RD-28', 'RD-O3'],
    accessSeverity: 'high',
    accessTrace: ['RD-28'],
  }),
  joined({
    slug: 'image-credential-provider',
    path: '/etc/eks/image-credential-provider/config.json',
    title: 'The credential provider answers for every registry that the spec names',
    severity: 'high',
    trace: ['RD-22', 'PR-I01'],
  }),
  joined({
    slug: 'soci-config',
    path: '/etc/soci-snapshotter-grpc/config.toml',
    title: 'The SOCI snapshotter is configured for the mode of the spec',
    severity: 'high',
    trace: ['KC-04'],
  }),
  joined({
    slug: 'containerd-needs-soci',
    path: '/etc/systemd/system/containerd.service.d/10-soci-snapshotter.conf',
    title: 'A drop-in makes containerd start after the SOCI snapshotter',
    severity: 'high',
    trace: ['KC-05'],
  }),
  joined({
    slug: 'proxy-environment',
    path: /^\/etc\/systemd\/system(\.conf\.d|\/[^/]+\.service\.d)\/environment\.conf$/,
    name: 'the environment drop-ins of systemd',
    title: 'Services get the environment of the user data, proxies among it',
    severity: 'high',
    trace: ['RD-06'],
  }),
  joined({
    slug: 'resolved',
    path: '/run/systemd/resolved.conf.d/40-eks.conf',
    title: 'Names are resolved by the servers of the user data',
    severity: 'high',
    trace: ['RD-T2'],
  }),
  baked({
    slug: 'sysctl',
    path: '/etc/sysctl.conf',
    title: 'The limits of the image stand in /etc/sysctl.conf',
    severity: 'medium',
    trace: ['PR-A35', 'RD-05'],
  }),
  baked({
    slug: 'sysctl-reserved-ports',
    path: '/etc/sysctl.d/67-eks-reserved-ports.conf',
    title: 'A file keeps the ports of EKS add-ons from ephemeral use',
    severity: 'medium',
    trace: ['PR-A35'],
  }),
  baked({
    slug: 'sysctl-amazon',
    path: '/etc/sysctl.d/99-amazon.conf',
    title: 'A file sets the kernel defaults that the kubelet protects',
    severity: 'high',
    trace: ['PR-A34'],
  }),
  baked({
    slug: 'sysctl-kubernetes-cri',
    path: '/etc/sysctl.d/99-kubernetes-cri.conf',
    title: 'A file sets what container networking needs of the kernel',
    severity: 'high',
    trace: ['PR-A15'],
  }),
  baked({
    slug: 'modules-load',
    path: '/etc/modules-load.d/containerd.conf',
    title: 'The modules that containers need are loaded at every boot',
    severity: 'high',
    trace: ['PR-A14'],
  }),
  baked({
    slug: 'kubelet-unit',
    path: '/etc/systemd/system/kubelet.service',
    title: 'The unit file of the kubelet is the one of the spec',
    severity: 'high',
    trace: ['EN-15b', 'PR-I06', 'RD-23a'],
    accessSeverity: 'high',
    accessTrace: ['PR-I06'],
  }),
  baked({
    slug: 'runtime-slice',
    path: '/etc/systemd/system/runtime.slice',
    title: 'The unit file of runtime.slice is the one of the spec',
    severity: 'medium',
    trace: ['PR-A09', 'RD-23a'],
  }),
  baked({
    slug: 'containerd-slice',
    path: '/etc/systemd/system/containerd.service.d/00-runtime-slice.conf',
    title: 'A drop-in puts containerd into runtime.slice',
    severity: 'high',
    trace: ['PR-A13'],
  }),
  baked({
    slug: 'cni-cache-reset',
    path: '/etc/systemd/system/cni-cache-reset.service',
    title: 'A unit clears the results that CNI kept from before a reboot',
    severity: 'medium',
    trace: ['RD-23a'],
  }),
  baked({
    slug: 'logrotate',
    path: '/etc/logrotate.conf',
    title: 'Logs are rotated by the rules of the spec',
    severity: 'medium',
    trace: ['PR-A07'],
  }),
  baked({
    slug: 'logrotate-kube-proxy',
    path: '/etc/logrotate.d/kube-proxy',
    title: 'The log of kube-proxy is rotated by copying, as it keeps its file open',
    severity: 'medium',
    trace: ['PR-A25'],
  }),
  baked({
    slug: 'sshd-ciphers',
    path: '/etc/ssh/sshd_config.d/10-eks-ciphers.conf',
    title: 'A drop-in limits sshd to ciphers without known weaknesses',
    severity: 'medium',
    trace: ['PR-A06'],
  }),
  baked({
    slug: 'bootstrap',
    path: '/etc/eks/bootstrap.sh',
    title: 'Who calls the bootstrap script of AL2 is told to use nodeadm',
    severity: 'low',
    trace: ['PR-A36'],
  }),
  baked({
    slug: 'networkd-foreign-routes',
    path: '/etc/systemd/networkd.conf.d/80-release.conf',
    title: 'networkd leaves the routes of the CNI alone',
    severity: 'high',
    trace: ['PR-A05'],
  }),
  baked({
    slug: 'networkd-mac-policy',
    path: '/etc/systemd/network/99-default.link.d/99-no-policy.conf',
    title: 'udev leaves the MAC addresses of pod interfaces alone',
    severity: 'high',
    trace: ['PR-A05'],
  }),
  baked({
    slug: 'release',
    path: '/etc/eks/release',
    title: 'The image says in /etc/eks/release what it was built as',
    severity: 'low',
    trace: ['PR-A33'],
    mayHoldMore: true,
  }),
  baked({
    slug: 'kubelet-version',
    path: '/etc/eks/kubelet-version.txt',
    title: 'The recorded kubelet version is that of the spec',
    severity: 'high',
    trace: ['RD-O2', 'PR-A22'],
  }),
  baked({
    slug: 'containerd-version',
    path: '/etc/eks/containerd-version.txt',
    title: 'The recorded containerd version is that of the spec',
    severity: 'high',
    trace: ['RD-14a', 'KC-12'],
  }),
]

/** The files of a spec that a subject speaks of. */
export const filesOf = (subject: Subject, spec: NodeSpec): readonly NodeFile[] =>
  rendered(spec).filter(({ path }) =>
    typeof subject.path === 'string' ? path === subject.path : subject.path.test(path),
  )
