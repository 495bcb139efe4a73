import { type Bound, boundsOf } from './bounds.ts'
import { type InstanceType, instanceType } from './instance-type.ts'
import type { MaxPodsOptions } from './options.ts'
import { refusal, wholeNumber } from './refusal.ts'
import { reservedMemoryMi } from './reserved.ts'

/** The record of a type's name, or the record itself. */
export const recordOf = (instance: string | InstanceType, options: MaxPodsOptions): InstanceType =>
  typeof instance === 'string' ? instanceType(instance, options.lookup) : instance

/** The lowest bound; the first of several. */
export const lowest = (bounds: readonly Bound[]): Bound =>
  bounds.reduce((low, bound) => (bound.value < low.value ? bound : low), {
    name: 'ceiling',
    value: Number.POSITIVE_INFINITY,
  })

/** evictionHard's memory.available in MiB: nodeadm's 100 unless said otherwise. */
export const evictionMemoryMi = (options: MaxPodsOptions): number =>
  wholeNumber('evictionMemoryMi', options.evictionMemoryMi ?? 100)

/** The memory of the node in MiB; null where neither EC2's data nor the caller says. */
export const memoryMiOf = (instance: InstanceType, options: MaxPodsOptions): number | null =>
  options.memoryMi === undefined ? instance.memoryMiB : wholeNumber('memoryMi', options.memoryMi, 1)

/**
 * How many pods a node may run: the lowest of what its addresses, EKS's ceiling and its configuration allow. Unlike nodeadm's own figure it
 * never exceeds the addresses, and the memory reserved for that many pods always leaves some.
 * @param instance the name of an EC2 instance type, or a record of one
 * @throws AmiproofError `unknown-instance-type`, `memory` (what is reserved does not fit), and what {@link boundsOf} throws
 */
export const maxPods = (instance: string | InstanceType, options: MaxPodsOptions = {}): number => {
  const record = recordOf(instance, options)
  const { value } = lowest(boundsOf(record, options))
  if (value === Number.POSITIVE_INFINITY)
    throw refusal(
      'unbounded',
      `cannot count the pods of ${record.type}: neither addresses nor a ceiling bound them`,
    )
  checkMemory(record, options, value)
  return value
}

/** kubeReserved and the eviction threshold must fit the memory: amazon-eks-ami #2580 is the node on which they did not. */
export const checkMemory = (instance: InstanceType, options: MaxPodsOptions, pods: number): void => {
  const memoryMi = memoryMiOf(instance, options)
  const reserved = reservedMemoryMi(pods)
  const eviction = evictionMemoryMi(options)
  if (memoryMi !== null && reserved + eviction >= memoryMi)
    throw refusal(
      'memory',
      `cannot run ${pods} pods on ${instance.type}: ${reserved} Mi reserved and ${eviction} Mi kept from eviction leave nothing of its ${memoryMi} Mi; set maxPods to at most ${Math.max(Math.ceil((memoryMi - eviction - 255) / 11) - 1, 0)}`,
    )
}
