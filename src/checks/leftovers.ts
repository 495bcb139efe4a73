import type { Facts } from '../facts/index.ts'
import type { Severity } from '../result/result.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { type Check, check } from './check.ts'
import { all } from './combine.ts'
import { asksFor } from './legacy-components.ts'
import { namesIn, seenFile } from './seen.ts'
import { trace } from './trace.ts'
import { expected, none } from './verdict.ts'

interface Leftover {
  /** The spec may still ask for it. */
  readonly component?: 'sandbox-image' | 'aws-iam-authenticator'
  readonly slug: string
  readonly title: string
  readonly paths: readonly string[]
  readonly severity: Severity
  readonly trace: readonly string[]
  readonly fix: string
}

const leftovers: readonly Leftover[] = [
  {
    slug: 'eks-containerd',
    title: 'No /etc/eks/containerd of AL2 times is left, which nothing reads any more',
    paths: ['/etc/eks/containerd'],
    severity: 'low',
    trace: ['PR-A12', 'PR-I02'],
    fix: 'Remove /etc/eks/containerd and put its settings into spec.containerd.config of the NodeConfig.',
  },
  {
    slug: 'kubelet-config',
    title: 'No kubelet-config.json of AL2 times is left, which the kubelet does not read',
    paths: ['/etc/kubernetes/kubelet/kubelet-config.json'],
    severity: 'medium',
    trace: ['PR-I07', 'KC-17'],
    fix: 'Remove the file and move its settings into spec.kubelet.config of the NodeConfig.',
  },
  {
    slug: 'sandbox-scripts',
    component: 'sandbox-image',
    title: 'No script of AL2 times is left that pulls the sandbox image from a registry',
    paths: [
      '/etc/eks/containerd/pull-image.sh',
      '/etc/eks/containerd/pull-sandbox-image.sh',
      '/etc/eks/sandbox-image.service',
      '/etc/systemd/system/sandbox-image.service',
    ],
    severity: 'low',
    trace: ['PR-I04', 'PR-A18', 'EN-15a'],
    fix: 'Remove the unit and its scripts: the sandbox image is part of the image, and pinned.',
  },
  {
    slug: 'authenticator',
    component: 'aws-iam-authenticator',
    title: 'No aws-iam-authenticator is left, as the kubeconfig uses the AWS CLI',
    paths: ['/usr/bin/aws-iam-authenticator', '/usr/local/bin/aws-iam-authenticator'],
    severity: 'low',
    trace: ['PR-A30'],
    fix: 'Remove the binary from the image: nobody updates it, and nothing calls it.',
  },
  {
    slug: 'docker',
    title: 'No Docker is left beside containerd',
    paths: ['/usr/bin/dockerd', '/usr/bin/docker', '/run/docker.sock', '/etc/docker/daemon.json'],
    severity: 'high',
    trace: ['RD-03'],
    fix: 'Remove Docker from the image; who needs a command line uses nerdctl or crictl.',
  },
  {
    slug: 'kubelet-arguments',
    title: 'No drop-in of AL2 times is left that gives the kubelet arguments',
    paths: [
      '/etc/systemd/system/kubelet.service.d/10-kubelet-args.conf',
      '/etc/systemd/system/kubelet.service.d/30-kubelet-extra-args.conf',
    ],
    severity: 'medium',
    trace: ['RD-25', 'PR-I03'],
    fix: 'Remove the drop-ins and put the arguments into spec.kubelet.flags of the NodeConfig.',
  },
]

/** What earlier images needed and this one must not have: it would mislead whoever repairs the node. */
export const gone: readonly Check[] = leftovers.map(
  ({ slug, title, paths, severity, trace: ids, fix, component }) =>
    check({
      id: `leftover/${slug}`,
      title,
      phase: 'image',
      severity,
      tags: ['node'],
      controls: trace(...ids),
      ...(component === undefined
        ? {}
        : {
            applies: (spec: NodeSpec) => !asksFor(spec, component),
            unless: `the spec asks for ${component}`,
          }),
      verify: ({ facts }) =>
        none(
          paths.filter((path) => seenFile(facts, path) !== undefined),
          'none of them',
          paths.join(', '),
        ),
      fix,
    }),
)

const provenance = (facts: Facts, directory: string) =>
  none(
    namesIn(facts, directory).filter((name) =>
      /^(soci(-snapshotter-grpc)?|containerd.*|ctr|runc|kubelet|nerdctl)$/.test(name),
    ),
    'no node program outside of the package manager’s directories',
    directory,
  )

export const noStrayBinaries = check({
  id: 'leftover/stray-binaries',
  title: 'No second copy of a node program, of unknown origin, comes first in the path',
  phase: 'image',
  severity: 'high',
  tags: ['node'],
  controls: trace('KC-03', 'KC-14', 'KC-15'),
  verify: ({ facts }) => all(provenance(facts, '/usr/local/bin'), provenance(facts, '/usr/local/sbin')),
  fix: 'Remove the copies and install the packages: what was downloaded at boot was neither verified nor will it be updated.',
})

/** Words that templates of AL2 bootstrap scripts and of SOCI user data put where a value belongs. */
const placeholder =
  /\b(SANDBOX_IMAGE|MASTER_ENDPOINT|CLUSTER_NAME|AWS_REGION|MAX_PODS|INTERNAL_IP|B64_CLUSTER_CA|SOCI_VERSION)\b|\{\{[^{}]*\}\}|<([Yy]our|YOUR|replace|insert)[^<>]*>/
const watched =
  /^\/(etc\/(containerd|eks|kubernetes|soci-snapshotter-grpc|systemd\/system)\/|var\/lib\/kubelet\/)/

export const placeholders = check({
  id: 'leftover/placeholders',
  title: 'Every placeholder in the configuration of the node was replaced by a value',
  phase: 'join',
  severity: 'critical',
  tags: ['node'],
  controls: trace('KC-23'),
  verify: ({ facts }) => {
    const found = Object.entries(facts.configs.entries).flatMap(([path, { text }]) =>
      watched.test(path)
        ? text.split('\n').flatMap((line, i) => {
            const word = /^\s*[#;]/.test(line) ? undefined : placeholder.exec(line)?.[0]
            return word === undefined ? [] : [{ path, line: i + 1, word }]
          })
        : [],
    )
    return expected(
      found.length === 0,
      found.map(({ path, line, word }) => `${path}:${line}: ${word}`),
      'no placeholder',
      [...new Set(found.map(({ path }) => path))].join(', ') || '/etc',
    )
  },
  fix: 'Render the file from its template again; the step that fills the values in ran before the file was there, or not at all.',
})
