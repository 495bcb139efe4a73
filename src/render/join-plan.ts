import type { NodeSpec } from '../spec/node-spec.ts'
import { renderContainerd } from './containerd.ts'
import { hostsPath } from './hosts.ts'
import { environmentFiles } from './instance-environment.ts'
import { type JoinOptions, joiningOf, kubeletInputsOf } from './join-files.ts'
import { isEnabled, kubeletConfigPath, kubeletDropInPath, usesSoci } from './kubelet.ts'
import { kubeletFiles } from './kubelet-files.ts'
import { localDisksArguments } from './local-disks.ts'
import { networkFiles } from './network-interface.ts'
import type { NodeFile } from './node-file.ts'
import { resolvedFiles } from './resolved.ts'

/**
 * One step of joining. What is read and written are paths, or `imds:`, `ec2:` and `dns:` sources outside the node, or `fact:` for what
 * nodeadm keeps in mind between steps.
 */
export interface JoinStep {
  readonly id: string
  /** nodeadm's three units: before the network, before cloud-init, after cloud-init. */
  readonly phase: 'boot-hook' | 'config' | 'run'
  readonly reads: readonly string[]
  readonly writes: readonly string[]
  /** Commands, each as its arguments. */
  readonly runs: readonly (readonly string[])[]
  /** Items of the source documents (docs/traceability.md). */
  readonly traceIds: readonly string[]
}

const pathsOf = (files: readonly NodeFile[]): readonly string[] => files.map(({ path }) => path)

const step = (
  id: string,
  phase: JoinStep['phase'],
  rest: Partial<Omit<JoinStep, 'id' | 'phase'>> = {},
): JoinStep => ({ id, phase, reads: [], writes: [], runs: [], traceIds: [], ...rest })

const daemonReload = ['systemctl', 'daemon-reload'] as const

/** What nodeadm learns before it writes anything. */
const facts = (spec: NodeSpec, environment: boolean): readonly JoinStep[] => [
  step('read-node-config', 'config', {
    reads: ['imds:user-data', '/etc/eks/nodeadm.d'],
    writes: ['fact:node-config'],
    traceIds: ['RD-T2', 'EN-04a'],
  }),
  // Proxies must be in force before the first EC2 call.
  ...(environment ? [step('set-own-environment', 'config', { reads: ['fact:node-config'] })] : []),
  step('identify-instance', 'config', {
    reads: [
      'fact:node-config',
      'imds:instance-identity-document',
      'imds:mac',
      ...(isEnabled(spec.join?.spec.featureGates, 'InstanceIdNodeName') ? [] : ['ec2:DescribeInstances']),
    ],
    writes: ['fact:instance'],
    traceIds: ['RD-O1'],
  }),
  step('read-versions', 'config', {
    reads: ['/etc/eks/kubelet-version.txt', '/etc/eks/containerd-version.txt'],
    writes: ['fact:versions'],
    traceIds: ['RD-O2'],
  }),
]

/** /etc/hosts is read too: lines that are there are not added again. */
const kubeletSteps = (files: readonly NodeFile[], endpoint: string): readonly JoinStep[] => {
  const paths = pathsOf(files)
  const configs = [kubeletConfigPath, kubeletDropInPath]
  const inputs = ['fact:node-config', 'fact:instance', 'fact:versions']
  const one = (id: string, isMine: (path: string) => boolean, traceIds: readonly string[], reads = inputs) =>
    step(id, 'config', { reads, writes: paths.filter(isMine), traceIds })
  return [
    one('write-ca-certificate', (path) => path.endsWith('/ca.crt'), ['RD-O3', 'RD-28']),
    ...(paths.includes(hostsPath)
      ? [
          one(
            'pin-outpost-hosts',
            (path) => path === hostsPath,
            ['RD-O5', 'RD-29'],
            [...inputs, `dns:${endpoint}`],
          ),
        ]
      : []),
    one(
      'write-kubelet-config',
      (path) => configs.includes(path),
      ['EN-11', 'RD-15'],
      [...inputs, 'fact:max-pods'],
    ),
    one(
      'write-kubeconfig',
      (path) => path.endsWith('kubeconfig'),
      ['RD-O4', 'RD-27'],
      [...inputs, '/etc/kubernetes/pki/ca.crt'],
    ),
    one('write-credential-provider', (path) => path.includes('/image-credential-provider/'), [
      'RD-22',
      'PR-I01',
    ]),
    one(
      'write-kubelet-arguments',
      (path) => path === '/etc/eks/kubelet/environment',
      ['RD-O8', 'RD-25'],
      [...inputs, ...paths.filter((path) => configs.includes(path))],
    ),
  ]
}

/** With SOCI, the pause image that was baked in has to be known to the new snapshotter too. */
const importPause =
  'ctr -n k8s.io images import --snapshotter soci --discard-unpacked-layers=false --local /etc/eks/pause.tar'.split(
    ' ',
  )

/**
 * How a node of this spec joins, in order (nodeadm `cmd/nodeadm/init`, at 81fec2e8, with the order of the source documents kept where
 * nodeadm's does not matter: the CA before what names it). No step reads what a later one writes, and a second run writes the same.
 * Without `join` the plan is empty. Throws AmiproofError as `renderNode`.
 */
export const planJoin = (spec: NodeSpec, options: JoinOptions = {}): readonly JoinStep[] => {
  const joining = joiningOf(spec)
  if (!joining) return []
  const { instance, join } = joining
  const inputs = kubeletInputsOf(spec.image, instance, join, options)
  const environment = pathsOf(environmentFiles(join.instance?.environment, options.compat))
  const resolved = pathsOf(resolvedFiles(join.instance?.network, options.compat))
  const containerd = pathsOf(renderContainerd(spec, options))
  const kubelet = kubeletSteps(kubeletFiles(inputs), join.cluster.apiServerEndpoint)
  const disks = localDisksArguments(join.instance?.localStorage)
  const soci = usesSoci(inputs)
  return [
    step('manage-interfaces', 'boot-hook', {
      reads: ['imds:network/interfaces'],
      writes: pathsOf(networkFiles(options.interfaces ?? {})),
      runs: [['networkctl', 'reload']],
      traceIds: ['PR-A05', 'RD-O*'],
    }),
    ...facts(spec, environment.length > 0),
    ...(environment.length > 0
      ? [
          step('write-environment', 'config', {
            reads: ['fact:node-config'],
            writes: environment,
            runs: [daemonReload],
            traceIds: ['RD-06'],
          }),
        ]
      : []),
    ...(resolved.length > 0
      ? [
          step('write-name-resolution', 'config', {
            reads: ['fact:node-config'],
            writes: resolved,
            runs: [['systemctl', 'restart', 'systemd-resolved']],
          }),
        ]
      : []),
    step('configure-containerd', 'config', {
      reads: ['fact:node-config', 'fact:instance', 'fact:versions'],
      writes: containerd,
      runs: soci ? [daemonReload] : [],
      traceIds: ['RD-O7', 'EN-10'],
    }),
    step('compute-max-pods', 'config', {
      reads: ['fact:node-config', 'fact:instance'],
      writes: ['fact:max-pods'],
      traceIds: ['RD-O6', 'EN-13'],
    }),
    ...kubelet,
    step('cache-node-config', 'config', {
      reads: ['fact:node-config', 'fact:instance', 'fact:versions'],
      writes: ['/run/eks/nodeadm/config.json'],
    }),
    step('mark-start', 'run', { reads: ['/run/eks/nodeadm/config.json'], writes: ['/run/nodeadm/init'] }),
    ...(disks
      ? [
          step('set-up-local-disks', 'run', {
            reads: ['fact:node-config'],
            runs: [['setup-local-disks', ...disks]],
            traceIds: ['RD-33', 'RD-34'],
          }),
        ]
      : []),
    step('start-containerd', 'run', {
      reads: [...containerd, ...environment],
      runs: [['systemctl', 'restart', 'containerd'], ...(soci ? [importPause] : [])],
      traceIds: ['RD-O7'],
    }),
    step('start-kubelet', 'run', {
      reads: [...kubelet.flatMap(({ writes }) => writes), ...environment],
      runs: [daemonReload, ['systemctl', 'restart', 'kubelet']],
      traceIds: ['RD-O8'],
    }),
  ]
}
