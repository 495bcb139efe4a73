import { evaluateExpression } from './expression.ts'
import { findInstanceType } from './instance-type.ts'

/** ENIs of the default network card and IPv4 addresses of each: all that nodeadm's formula knows of an instance type. */
export interface NetworkLimits {
  readonly maxEnis: number
  readonly ipv4PerEni: number
}

/** The part of a DescribeInstanceTypes answer that nodeadm reads. */
export interface NetworkAnswer {
  readonly defaultNetworkCardIndex: number | null
  readonly ipv4AddressesPerInterface: number | null
  readonly networkCards: readonly {
    readonly networkCardIndex: number | null
    readonly maximumNetworkInterfaces: number | null
  }[]
}

/** The default card is found by its index field, absent meaning 0; undefined where nodeadm refuses the answer. `getInstanceInfo`, eni_max_pods.go. */
export const networkLimits = (answer: NetworkAnswer): NetworkLimits | undefined => {
  const card = answer.networkCards.find(
    (each) => (each.networkCardIndex ?? 0) === (answer.defaultNetworkCardIndex ?? 0),
  )
  const maxEnis = card?.maximumNetworkInterfaces ?? 0
  const ipv4PerEni = answer.ipv4AddressesPerInterface ?? 0
  // nodeadm checks the ENIs only: without addresses per interface it computes a negative number.
  return maxEnis > 0 ? { maxEnis, ipv4PerEni } : undefined
}

/** What nodeadm computes, and whether it fell back to get there. */
export interface NodeadmMaxPods {
  /** kubelet's maxPods in config.json, and the pods for which memory is reserved. */
  readonly maxPods: number
  /** What the formula gives without the expression; 110 where the type is unknown. */
  readonly standard: number
  /** Why the expression was not followed, or null. nodeadm only warns. */
  readonly fellBack: string | null
  /** Whether neither nodeadm's table nor the lookup knows the type: 110, and the expression is not looked at. */
  readonly unknownType: boolean
}

/** E * (I - 1) + 2 in int32, without any ceiling; 2 stands for the aws-node and kube-proxy pods of the host network. */
export const standardMaxPods = ({ maxEnis, ipv4PerEni }: NetworkLimits): number =>
  (Math.imul(maxEnis, ipv4PerEni - 1) + 2) | 0

/**
 * What nodeadm computes (`CalcMaxPods`, amazon-eks-ami 81fec2e8): its table, else the lookup (EC2), else 110; then the CEL expression, whose
 * result must lie in 1…2147483647. A whitespace-only expression is an expression, and a wrong one.
 */
export const nodeadmMaxPods = (input: {
  readonly type: string
  readonly expression?: string | undefined
  /** Asked for types that nodeadm's own table lacks. */
  readonly lookup?: (type: string) => NetworkLimits | undefined
}): NodeadmMaxPods => {
  const limits = nodeadmTable(input.type) ?? input.lookup?.(input.type)
  if (!limits) return { maxPods: 110, standard: 110, fellBack: null, unknownType: true }
  const standard = standardMaxPods(limits)
  if (!input.expression) return { maxPods: standard, standard, fellBack: null, unknownType: false }
  const outcome = evaluateExpression(input.expression, {
    default_enis: limits.maxEnis,
    ips_per_eni: limits.ipv4PerEni,
    max_pods: standard,
  })
  return outcome.ok
    ? { maxPods: outcome.value, standard, fellBack: null, unknownType: false }
    : { maxPods: standard, standard, fellBack: outcome.why, unknownType: false }
}

/** Only the types of nodeadm's embedded instance-info.jsonl; for the others it asks EC2. */
const nodeadmTable = (type: string): NetworkLimits | undefined => {
  const known = findInstanceType(type)
  return known?.sources.includes('n') && known.maxEnis !== null && known.ipv4PerEni !== null
    ? { maxEnis: known.maxEnis, ipv4PerEni: known.ipv4PerEni }
    : undefined
}
