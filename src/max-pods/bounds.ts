import { atLeast, parseVersion } from '../lib/versions.ts'
import { evaluateExpression } from './expression.ts'
import { gpuSlots } from './gpu.ts'
import type { InstanceType } from './instance-type.ts'
import { standardMaxPods } from './nodeadm.ts'
import type { MaxPodsOptions, Workload } from './options.ts'
import { densityFindings, greatestUnqualified } from './qualification.ts'
import { refusal, wholeNumber } from './refusal.ts'
import { reservedCpuMillicores } from './reserved.ts'

/** What can limit the pods of a node. */
export type BoundName =
  | 'addresses'
  | 'ceiling'
  | 'expression'
  | 'kubelet'
  | 'pods-per-core'
  | 'gpu'
  | 'memory'
  | 'cpu'

/** One limit: its name, how many pods it allows, and why. */
export interface Bound {
  readonly name: BoundName
  readonly value: number
}

export interface EniUse {
  /** ENIs that give addresses to pods; never below 0. */
  readonly eligible: number
  /** Whether each address stands for a prefix of 16. */
  readonly prefixes: boolean
  /** Addresses for pods. */
  readonly addresses: number
  readonly trunk: boolean
}

const known = (instance: InstanceType, what: 'maxEnis' | 'ipv4PerEni'): number => {
  const value = instance[what]
  if (value !== null) return value
  throw refusal(
    'incomplete-instance-type',
    `cannot compute max pods of ${instance.type}: no source knows its ${what}; give a full record of it`,
  )
}

const hasPrefixes = (instance: InstanceType): boolean => instance.hypervisor === 'nitro' || instance.bareMetal

/** The VPC CNI's own rules on a mode, where it would refuse to start. @throws AmiproofError `ipv6` */
const checkIpv6 = (instance: InstanceType, options: MaxPodsOptions): void => {
  const refuse = (why: string) => refusal('ipv6', `cannot run IPv6 pods on ${instance.type}: ${why}`)
  if (options.prefixDelegation === false) throw refuse('the VPC CNI needs prefix delegation for it')
  if (options.customNetworking) throw refuse('the VPC CNI has no custom networking with IPv6')
  if (!hasPrefixes(instance)) throw refuse('prefixes need nitro or bare metal')
  if (options.cniVersion !== undefined && !atLeast(options.cniVersion, '1.10.1'))
    throw refuse(`the VPC CNI has it from 1.10.1 on, and this one is ${options.cniVersion}`)
}

/** Which ENIs and addresses pods get. Only the default network card counts. */
export const eniUse = (instance: InstanceType, options: MaxPodsOptions): EniUse => {
  const own = known(instance, 'maxEnis')
  const limit = options.maxEnis
  if (limit !== undefined && !Number.isSafeInteger(limit)) wholeNumber('maxEnis', limit)
  const enis = limit !== undefined && limit >= 1 ? Math.min(limit, own) : own
  // The CNI takes a type that its table lacks for one that can have a trunk.
  const trunk = options.podEni === true && instance.trunking !== false
  const taken =
    (options.customNetworking ? 1 : 0) +
    (trunk ? 1 : 0) +
    wholeNumber('reservedEnis', options.reservedEnis ?? 0) +
    wholeNumber('efaOnlyEnis', options.efaOnlyEnis ?? 0)
  const prefixes =
    options.prefixDelegation === true &&
    hasPrefixes(instance) &&
    (options.cniVersion === undefined || atLeast(options.cniVersion, '1.9.0'))
  const eligible = Math.max(enis - taken, 0)
  const addresses = eligible * (known(instance, 'ipv4PerEni') - 1) * (prefixes ? 16 : 1)
  return { eligible, prefixes, addresses, trunk }
}

export const hostNetworkPods = (options: MaxPodsOptions): number =>
  wholeNumber(
    'hostNetworkPods',
    options.hostNetworkPods ?? (options.gpu ? (options.gpu.hostNetworkPods ?? 4) : 2),
  )

/** 110, or 250 above 30 vCPUs: EKS's ceiling for managed nodes and its calculator's. Types without a known number of vCPUs get the lower. */
export const eksCeiling = (vcpus: number | null): number => ((vcpus ?? 0) > 30 ? 250 : 110)

const ceilingOf = (instance: InstanceType, { ceiling, qualified }: MaxPodsOptions): number => {
  if (ceiling === 'none') return Number.POSITIVE_INFINITY
  const eks = eksCeiling(instance.vcpus)
  if (!qualified) return eks
  const { trial, image } = qualified
  const refuse = (why: string) =>
    refusal('qualification', `cannot run more than ${greatestUnqualified} pods on ${instance.type}: ${why}`)
  if (trial.image !== image) throw refuse(`the trial was of image ${trial.image}, not of ${image}`)
  if (trial.instanceType !== instance.type) throw refuse(`the trial was on ${trial.instanceType}`)
  const [finding] = densityFindings(trial)
  if (finding !== undefined) throw refuse(`in the trial ${finding}`)
  return Math.max(eks, trial.pods)
}

const expressionBound = (instance: InstanceType, expression: string): number => {
  const limits = { maxEnis: known(instance, 'maxEnis'), ipv4PerEni: known(instance, 'ipv4PerEni') }
  const outcome = evaluateExpression(expression, {
    default_enis: limits.maxEnis,
    ips_per_eni: limits.ipv4PerEni,
    max_pods: standardMaxPods(limits),
  })
  if (outcome.ok) return outcome.value
  throw refusal(
    'expression',
    `cannot follow maxPodsExpression ${JSON.stringify(expression.slice(0, 120))} on ${instance.type}: ${outcome.why}; nodeadm would silently use ${standardMaxPods(limits)}`,
  )
}

const gpuBound = (instance: InstanceType, { gpu }: MaxPodsOptions): number | undefined => {
  if (!gpu) return undefined
  const { slots } = gpuSlots(instance, gpu)
  if (gpu.dedicated === false) return undefined
  const perPod = wholeNumber('gpu.slotsPerPod', gpu.slotsPerPod ?? 1, 1)
  const gpuPods = Object.values(slots).reduce((sum, number) => sum + Math.floor(number / perPod), 0)
  return (
    gpuPods +
    wholeNumber('gpu.cpuOnlyPods', gpu.cpuOnlyPods ?? 0) +
    wholeNumber('gpu.addressedDaemons', gpu.addressedDaemons ?? 5) +
    hostNetworkPods({ gpu })
  )
}

/** The most pods whose requests, with what is reserved for that many, fit the node. */
const workloadBounds = (
  instance: InstanceType,
  options: MaxPodsOptions,
  work: Workload,
): readonly Bound[] => {
  const number = (name: keyof Workload): number => wholeNumber(`workload.${name}`, work[name] ?? 0)
  const memoryMi = (options.memoryMi ?? instance.memoryMiB ?? 0) - (options.evictionMemoryMi ?? 100) - 255
  const millicores = (instance.vcpus ?? 0) * 1000
  const cpu = millicores - reservedCpuMillicores(millicores) - number('daemonCpuMillicores')
  const atLeastNone = (pods: number): number => Math.max(Math.floor(pods), 0)
  return [
    {
      name: 'memory',
      value: atLeastNone((memoryMi - number('daemonMemoryMi')) / (number('podMemoryMi') + 11)),
    },
    ...(work.podCpuMillicores > 0
      ? [{ name: 'cpu' as const, value: atLeastNone(cpu / number('podCpuMillicores')) }]
      : []),
  ]
}

/**
 * Everything that limits the pods of a node, in the order in which it is named when several are equally low.
 * @throws AmiproofError where a mode, an expression, a GPU layout or an option is impossible
 */
export const boundsOf = (instance: InstanceType, options: MaxPodsOptions): readonly Bound[] => {
  const bounds: Bound[] = []
  if (options.cniVersion !== undefined && parseVersion(options.cniVersion) === undefined)
    throw refusal(
      'bad-option',
      `cannot compute max pods: cniVersion must be a version such as 1.18.0, not ${JSON.stringify(options.cniVersion.slice(0, 40))}`,
    )
  if (options.ipFamily === 'ipv6') checkIpv6(instance, options)
  else {
    const { eligible, addresses } = eniUse(instance, options)
    bounds.push({ name: 'addresses', value: eligible === 0 ? 0 : addresses + hostNetworkPods(options) })
  }
  bounds.push({ name: 'ceiling', value: ceilingOf(instance, options) })
  if (options.expression)
    bounds.push({ name: 'expression', value: expressionBound(instance, options.expression) })
  if (options.maxPods !== undefined)
    bounds.push({ name: 'kubelet', value: wholeNumber('maxPods', options.maxPods) })
  const perCore = wholeNumber('podsPerCore', options.podsPerCore ?? 0)
  if (perCore > 0) bounds.push({ name: 'pods-per-core', value: perCore * (instance.vcpus ?? 1) })
  const gpu = gpuBound(instance, options)
  if (gpu !== undefined) bounds.push({ name: 'gpu', value: gpu })
  if (options.workload) bounds.push(...workloadBounds(instance, options, options.workload))
  return bounds
}
