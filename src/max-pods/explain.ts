import { type Bound, type BoundName, boundsOf, eniUse, hostNetworkPods } from './bounds.ts'
import { gpuSlots } from './gpu.ts'
import type { InstanceType } from './instance-type.ts'
import { checkMemory, evictionMemoryMi, lowest, memoryMiOf, recordOf } from './max-pods.ts'
import { nodeadmMaxPods } from './nodeadm.ts'
import type { MaxPodsOptions } from './options.ts'
import { refusal } from './refusal.ts'
import { type Reserved, reservedCpuMillicores, reservedMemoryMi } from './reserved.ts'
import { type Warning, warningsOf } from './warnings.ts'

/** A limit that was looked at, binding or not. */
export interface Candidate extends Bound {
  /** How the value came about, in one clause. */
  readonly because: string
}

/** Max pods with everything it rests on: memory in MiB, CPU in millicores. */
export interface Explanation {
  readonly instance: InstanceType
  /** The same as maxPods() gives. */
  readonly value: number
  readonly bindingConstraint: BoundName
  readonly candidates: readonly Candidate[]
  /** kubeReserved for `value` pods. CPU is null where no source knows the vCPUs. */
  readonly reserved: { readonly cpuMillicores: number | null; readonly memoryMi: number }
  /** What pods can request. Memory is what EC2 says or the caller measured, less the reservation and the eviction threshold. */
  readonly allocatable: {
    readonly pods: number
    readonly cpuMillicores: number | null
    readonly memoryMi: number | null
  }
  /** What nodeadm would do with this expression by itself: no ceiling, no CNI modes, and memory reserved for all of it. */
  readonly nodeadm: { readonly maxPods: number; readonly reserved: Reserved }
  readonly warnings: readonly Warning[]
}

/**
 * {@link maxPods} with its reasons: every bound, which one binds, what is reserved and left, and what to mind.
 * @throws AmiproofError where maxPods() does
 */
export const explainMaxPods = (
  instance: string | InstanceType,
  options: MaxPodsOptions = {},
): Explanation => {
  const record = recordOf(instance, options)
  const bounds = boundsOf(record, options)
  const { name, value } = lowest(bounds)
  if (value === Number.POSITIVE_INFINITY)
    throw refusal(
      'unbounded',
      `cannot count the pods of ${record.type}: neither addresses nor a ceiling bound them`,
    )
  checkMemory(record, options, value)
  const cpu = record.vcpus === null ? null : reservedCpuMillicores(record.vcpus * 1000)
  const memoryMi = memoryMiOf(record, options)
  const reserved = { cpuMillicores: cpu, memoryMi: reservedMemoryMi(value) }
  const alone = nodeadmMaxPods({
    type: record.type,
    expression: options.expression,
    lookup: () =>
      record.maxEnis === null || record.ipv4PerEni === null
        ? undefined
        : { maxEnis: record.maxEnis, ipv4PerEni: record.ipv4PerEni },
  }).maxPods
  const facts = { instance: record, options, value, bounds, memoryMi, alone }
  return {
    instance: record,
    value,
    bindingConstraint: name,
    candidates: bounds.map((bound) => ({ ...bound, because: because(bound.name, record, options) })),
    reserved,
    allocatable: {
      pods: value,
      cpuMillicores: cpu === null || record.vcpus === null ? null : record.vcpus * 1000 - cpu,
      memoryMi: memoryMi === null ? null : memoryMi - reserved.memoryMi - evictionMemoryMi(options),
    },
    nodeadm: {
      maxPods: alone,
      reserved: { cpuMillicores: cpu ?? 0, memoryMi: reservedMemoryMi(alone) },
    },
    warnings: warningsOf(facts),
  }
}

const because = (name: BoundName, instance: InstanceType, options: MaxPodsOptions): string => {
  switch (name) {
    case 'addresses': {
      const { eligible, prefixes } = eniUse(instance, options)
      const each = `${(instance.ipv4PerEni ?? 1) - 1} ${prefixes ? 'prefixes of 16' : 'addresses'}`
      return eligible === 0
        ? 'no ENI is left for pods'
        : `${eligible} of ${instance.maxEnis} ENIs × ${each} + ${hostNetworkPods(options)} pods of the host network`
    }
    case 'ceiling':
      if (options.ceiling === 'none') return 'lifted'
      if (options.qualified) return `a trial of image ${options.qualified.image} bore it`
      return `EKS's ceiling for ${(instance.vcpus ?? 0) > 30 ? 'more than' : 'up to'} 30 vCPUs`
    case 'expression':
      return `maxPodsExpression ${options.expression}`
    case 'kubelet':
      return "kubelet's maxPods"
    case 'pods-per-core':
      return `${options.podsPerCore} pods on each of ${instance.vcpus} vCPUs`
    case 'gpu': {
      const slots = Object.entries(gpuSlots(instance, options.gpu).slots)
      return `${slots.map(([resource, count]) => `${count} × ${resource}`).join(', ')}, and daemons`
    }
    case 'memory':
      return `each pod takes ${options.workload?.podMemoryMi} Mi and 11 Mi of the reservation`
    case 'cpu':
      return `each pod takes ${options.workload?.podCpuMillicores} m of what is not reserved`
    default:
      name satisfies never
      return ''
  }
}

/** What the same node gets with all of its pods as one: what to set so that memory is reserved for the pods that run, not for those that could. */
export interface BigPod {
  readonly pods: number
  readonly reserved: Reserved
  /** What nodeadm reserves if it is not told, in MiB. */
  readonly reservedByDefaultMi: number
  /** The difference, in MiB. */
  readonly freedMi: number
  /** For spec.kubelet of the NodeConfig: nodeadm reserves for the expression, never for kubelet's maxPods (amazon-eks-ami #1698). */
  readonly kubelet: { readonly maxPodsExpression: string }
}

/**
 * A node for one big pod, or a few.
 * @throws AmiproofError where maxPods() does
 */
export const bigPod = (instance: string | InstanceType, pods = 1, options: MaxPodsOptions = {}): BigPod => {
  const explained = explainMaxPods(instance, { ...options, maxPods: pods })
  const byDefault = explained.nodeadm.reserved.memoryMi
  return {
    pods: explained.value,
    reserved: { cpuMillicores: explained.reserved.cpuMillicores ?? 0, memoryMi: explained.reserved.memoryMi },
    reservedByDefaultMi: byDefault,
    freedMi: byDefault - explained.reserved.memoryMi,
    kubelet: { maxPodsExpression: `${explained.value}` },
  }
}
