import { AmiproofError } from '../lib/errors.ts'
import { findInstanceType } from '../max-pods/instance-type.ts'
import { type NetworkLimits, nodeadmMaxPods } from '../max-pods/nodeadm.ts'
import { nodeadmReserved } from '../max-pods/reserved.ts'
import type { NodeConfig } from '../spec/node-config.ts'
import type { InstanceSpec, NodeSpec } from '../spec/node-spec.ts'
import type { Compat } from './compat.ts'
import { renderContainerd } from './containerd.ts'
import type { Resolve } from './hosts.ts'
import { environmentFiles } from './instance-environment.ts'
import type { KubeletInputs } from './kubelet.ts'
import type { UserConfigMode } from './kubelet-drop-in.ts'
import { kubeletFiles } from './kubelet-files.ts'
import { type NetworkInterface, networkFiles } from './network-interface.ts'
import type { NodeFile } from './node-file.ts'
import { resolvedFiles } from './resolved.ts'

/** What joining needs besides the spec. */
export interface JoinOptions {
  readonly compat?: Compat
  /** How the user's kubelet configuration takes effect; default `drop-in`. */
  readonly userConfig?: UserConfigMode
  /** Asked for instance types that the table lacks, typically from DescribeInstanceTypes. */
  readonly lookup?: (type: string) => NetworkLimits | undefined
  /** What an Outpost's API server resolves to; without it, /etc/hosts is not rendered. */
  readonly resolve?: Resolve
  /** The text of /etc/hosts before nodeadm ran. */
  readonly hosts?: string
  /** Network interfaces by kernel name; without them, no network files are rendered. */
  readonly interfaces?: Readonly<Record<string, NetworkInterface>>
}

const refuse = (code: string, message: string): never => {
  throw new AmiproofError(message, {
    kind: 'config',
    code,
    op: 'render the files of a joined node',
    blame: 'user',
  })
}

const fromTable = (type: string): NetworkLimits | undefined => {
  const known = findInstanceType(type)
  return known && known.maxEnis !== null && known.ipv4PerEni !== null
    ? { maxEnis: known.maxEnis, ipv4PerEni: known.ipv4PerEni }
    : undefined
}

/**
 * The pods for which the kubelet is configured. nodeadm silently takes 110 for an unknown type and ignores an expression that fails;
 * default mode refuses both: `unknown-instance-type`, `bad-max-pods-expression`.
 */
const podsOf = (type: string, expression: string | undefined, options: JoinOptions): number => {
  const lookup = (name: string) => options.lookup?.(name) ?? fromTable(name)
  const { maxPods, fellBack, unknownType } = nodeadmMaxPods({ type, expression, lookup })
  if (options.compat !== 'nodeadm') {
    if (unknownType)
      refuse(
        'unknown-instance-type',
        `cannot compute max pods: instance type ${JSON.stringify(type)} is not in the table; correct it, or give its limits by \`lookup\``,
      )
    if (fellBack !== null)
      refuse(
        'bad-max-pods-expression',
        `cannot compute max pods from ${JSON.stringify(expression)}: ${fellBack}; nodeadm would silently use ${maxPods}`,
      )
  }
  return maxPods
}

/** Reserved memory and the eviction threshold must leave something of a node (amazon-eks-ami #2580). */
const checkMemory = (instance: InstanceSpec, maxPods: number, reservedMi: number): void => {
  const availableMi = Math.floor(instance.memoryBytes / 2 ** 20)
  if (reservedMi + 100 < availableMi) return
  refuse(
    'reserved-exceeds-memory',
    `cannot reserve memory for ${maxPods} pods: ${reservedMi} MiB and the 100 MiB eviction threshold leave nothing of ${instance.type}'s ${availableMi} MiB; lower maxPodsExpression`,
  )
}

/** `1.35.2-eks-abc` is `v1.35.2`: suffixes never decide a toggle. */
const releaseOf = (kubernetes: string): string => `v${/^\d+\.\d+(\.\d+)?/.exec(kubernetes)?.[0] ?? ''}`

/** The kubelet's inputs as nodeadm gathers them from the instance, the image and the NodeConfig. */
export const kubeletInputsOf = (
  image: Pick<NodeSpec['image'], 'kubernetes'>,
  instance: InstanceSpec,
  join: NodeConfig['spec'],
  options: JoinOptions = {},
): KubeletInputs => {
  const maxPods = podsOf(instance.type, join.kubelet?.maxPodsExpression, options)
  const reserved = nodeadmReserved({ maxPods, cpuCount: instance.cpuCount })
  if (options.compat !== 'nodeadm') checkMemory(instance, maxPods, reserved.memoryMi)
  return {
    version: releaseOf(image.kubernetes),
    cluster: join.cluster,
    kubelet: join.kubelet,
    featureGates: join.featureGates,
    instance,
    cpuMillicores: instance.cpuCount * 1000,
    memoryBytes: instance.memoryBytes,
    maxPods,
    kubeReserved: {
      cpu: `${reserved.cpuMillicores}m`,
      'ephemeral-storage': '1Gi',
      memory: `${reserved.memoryMi}Mi`,
    },
    resolve: options.resolve,
    hosts: options.hosts,
    userConfig: options.userConfig,
    compat: options.compat,
  }
}

/** A joining node's instance and configuration; undefined for an image alone. Throws AmiproofError `instance-missing`, `validate-outpost-id`. */
export const joiningOf = (
  spec: NodeSpec,
): { readonly instance: InstanceSpec; readonly join: NodeConfig['spec'] } | undefined => {
  if (!spec.join) return undefined
  const { enableOutpost, id } = spec.join.spec.cluster
  if (enableOutpost && !id)
    refuse(
      'validate-outpost-id',
      'cannot render the files of a joined node: spec.join.spec.cluster.id is missing, by which an Outpost is joined; add it, or leave enableOutpost out',
    )
  if (spec.instance) return { instance: spec.instance, join: spec.join.spec }
  return refuse(
    'instance-missing',
    'cannot render the files of a joined node: the spec has `join` but no `instance`, and its address, CPUs and memory decide them; ' +
      'add `instance`, or leave `join` out to judge the image alone',
  )
}

/** What nodeadm puts on a joining instance; nothing on an image alone. */
export const joinFiles = (spec: NodeSpec, options: JoinOptions): readonly NodeFile[] => {
  const joining = joiningOf(spec)
  if (!joining) return []
  const { instance, join } = joining
  return [
    ...renderContainerd(spec, options),
    ...kubeletFiles(kubeletInputsOf(spec.image, instance, join, options)),
    ...environmentFiles(join.instance?.environment, options.compat),
    ...resolvedFiles(join.instance?.network, options.compat),
    ...networkFiles(options.interfaces ?? {}),
  ]
}
