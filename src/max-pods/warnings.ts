import { atLeast } from '../lib/versions.ts'
import { type Bound, eniUse } from './bounds.ts'
import { gpuSlots } from './gpu.ts'
import type { InstanceType } from './instance-type.ts'
import type { MaxPodsOptions } from './options.ts'
import { greatestUnqualified } from './qualification.ts'
import { reservedMemoryMi } from './reserved.ts'

/** Something to mind about a figure that is otherwise right. */
export interface Warning {
  readonly rule: string
  readonly message: string
}

interface Figures {
  readonly instance: InstanceType
  readonly options: MaxPodsOptions
  readonly value: number
  readonly bounds: readonly Bound[]
  readonly memoryMi: number | null
  /** What nodeadm alone would set. */
  readonly alone: number
}

type Rule = (figures: Figures) => string | false | undefined

/** Each gives its sentence where it has something to say. */
const rules: Readonly<Record<string, Rule>> = {
  'more-than-addresses': ({ bounds, options }) => {
    const addresses = bounds.find(({ name }) => name === 'addresses')
    const wish = bounds.find(({ name }) => name === 'kubelet' || name === 'expression')
    const which = wish?.name === 'kubelet' ? "kubelet's maxPods" : 'maxPodsExpression'
    return (
      addresses &&
      wish &&
      wish.value > addresses.value &&
      `${which} asks for ${wish.value} pods, but only ${addresses.value} get an address${options.prefixDelegation ? '' : ' without prefix delegation'}; the others would hang in ContainerCreating`
    )
  },
  'no-addresses': ({ bounds }) =>
    bounds.some(({ name, value }) => name === 'addresses' && value === 0) &&
    'no ENI is left for pods; calculators that show 2 here count pods of the host network only',
  'no-prefixes': ({ instance, options }) => {
    if (!options.prefixDelegation || options.ipFamily === 'ipv6' || eniUse(instance, options).prefixes)
      return false
    return options.cniVersion !== undefined && !atLeast(options.cniVersion, '1.9.0')
      ? `the VPC CNI has prefix delegation from 1.9.0 on; ${options.cniVersion} uses single addresses`
      : `prefixes need nitro or bare metal; on ${instance.hypervisor} the VPC CNI falls back to single addresses`
  },
  'prefix-supply': ({ instance, options }) =>
    options.ipFamily !== 'ipv6' &&
    eniUse(instance, options).prefixes &&
    'each prefix needs 16 contiguous, aligned addresses: a /24 subnet yields at most 14, so keep a CIDR reservation for prefixes',
  'max-enis-ignored': ({ options }) =>
    options.maxEnis !== undefined &&
    options.maxEnis < 1 &&
    `the VPC CNI ignores MAX_ENI=${options.maxEnis}; calculators take it at its word`,
  'no-trunk': ({ instance, options }) =>
    options.podEni === true &&
    (instance.trunking === false
      ? `${instance.type} cannot have a trunk ENI: pods with security groups will not start`
      : instance.trunking === null &&
        `no source says whether ${instance.type} can have a trunk ENI; the VPC CNI will try`),
  'branch-interfaces': ({ instance, options, value }) =>
    options.podEni === true &&
    instance.branchInterfaces !== null &&
    instance.branchInterfaces > 0 &&
    instance.branchInterfaces < value &&
    `at most ${instance.branchInterfaces} pods can have security groups of their own`,
  'more-than-recommended': ({ value }) =>
    value > greatestUnqualified &&
    `${value} pods are more than EKS and Kubernetes test; qualify the image for it, because the CPU reserved does not grow with pods`,
  'reserved-for-others': ({ alone, value, memoryMi, options }) => {
    const surplus = reservedMemoryMi(alone) - reservedMemoryMi(value)
    const notable = surplus > (memoryMi ?? Number.POSITIVE_INFINITY) / 20 || options.maxPods !== undefined
    return (
      surplus > 0 &&
      notable &&
      `nodeadm by itself reserves ${reservedMemoryMi(alone)} Mi for ${alone} pods, ${surplus} Mi more than needed; set maxPodsExpression to ${JSON.stringify(`${value}`)}, which it reserves for, and not only kubelet's maxPods`
    )
  },
  'reserved-too-little': ({ alone, value }) =>
    alone < value &&
    `nodeadm by itself sets and reserves for ${alone} pods; set maxPodsExpression to ${JSON.stringify(`${value}`)}`,
  'large-reservation': ({ memoryMi, value }) =>
    memoryMi !== null &&
    reservedMemoryMi(value) > memoryMi / 4 &&
    `${reservedMemoryMi(value)} Mi, ${Math.round((reservedMemoryMi(value) * 100) / memoryMi)} % of its memory, are reserved`,
  'daemons-count': ({ value }) =>
    value > 0 &&
    value < 3 &&
    'aws-node, kube-proxy and every other daemon count as pods too, and will take these places',
  'unknown-size': ({ instance, memoryMi }) =>
    (instance.vcpus === null || memoryMi === null) &&
    `no source knows ${instance.vcpus === null ? 'the vCPUs' : 'the memory'} of ${instance.type}: the lower ceiling is taken and memory is not checked`,
  'gpu-slots-without-address': ({ instance, options, bounds }) => {
    const gpu = bounds.find(({ name }) => name === 'gpu')
    const addresses = bounds.find(({ name }) => name === 'addresses')
    if (!gpu || !addresses || gpu.value <= addresses.value) return false
    const slots = Object.values(gpuSlots(instance, options.gpu).slots).reduce((sum, each) => sum + each, 0)
    return `${gpu.value - addresses.value} of ${slots} GPU slots can never be used, because their pods get no address`
  },
}

export const warningsOf = (figures: Figures): readonly Warning[] => [
  ...Object.entries(rules).flatMap(([rule, say]) => {
    const message = say(figures)
    return typeof message === 'string' ? [{ rule, message }] : []
  }),
  ...(figures.options.gpu
    ? gpuSlots(figures.instance, figures.options.gpu).warnings.map((message) => ({ rule: 'gpu', message }))
    : []),
]
