import { AmiproofError } from '../lib/errors.ts'
import { loadFrom, once } from '../lib/lazy.ts'
import { nearest } from '../lib/nearest.ts'
import type table from './instance-types.json'

/**
 * What EC2 says of an instance type, as far as pods and resources depend on it. The records of instance-types.json have these fields and
 * more; `scripts/update-instance-types.ts` refreshes them from `aws ec2 describe-instance-types`.
 */
export interface InstanceType {
  readonly type: string
  /** DefaultVCpus; null where DescribeInstanceTypes no longer lists the type. */
  readonly vcpus: number | null
  readonly memoryMiB: number | null
  readonly arch: readonly string[]
  /** `nitro`, `xen`, or `none` where the API leaves the field out: bare metal. */
  readonly hypervisor: string
  readonly bareMetal: boolean
  /** MaximumNetworkInterfaces of the default network card: only these ENIs give addresses to pods. Null where nothing is known. */
  readonly maxEnis: number | null
  readonly ipv4PerEni: number | null
  /** MaximumNetworkInterfaces of each network card, by position. */
  readonly networkCards: readonly (number | null)[]
  /** Position of the default card. */
  readonly defaultCard: number
  readonly maxEnisAllCards: number | null
  /** Whether a trunk ENI can be attached (VPC resource controller and Karpenter limits); null where neither knows the type. */
  readonly trunking: boolean | null
  /** Branch ENIs for pods with their own security groups. */
  readonly branchInterfaces: number | null
  readonly gpus: readonly {
    readonly manufacturer: string
    readonly name: string
    readonly count: number
    readonly memoryMiB: number | null
  }[]
  /** Which sources list the type: m moto, c VPC CNI, n nodeadm, k Karpenter, r VPC resource controller, e eksnode, a AL2's eni-max-pods.txt. */
  readonly sources: string
}

/** How to ask for a type that the table lacks, typically from DescribeInstanceTypes. */
export type InstanceTypeLookup = (type: string) => InstanceType | undefined

const records = once((): readonly InstanceType[] => readTable())
const readTable = (): typeof table => loadFrom(import.meta.url, '../max-pods/instance-types.json')
const byName = once(
  (): ReadonlyMap<string, InstanceType> => new Map(records().map((record) => [record.type, record])),
)

/** All known instance types, sorted by name. */
export const instanceTypes = (): readonly InstanceType[] => records()

/** The record of a type, or undefined. Names are exact, as EC2's are. */
export const findInstanceType = (type: string): InstanceType | undefined => byName().get(type)

/**
 * The record of a type, from the table or else the lookup.
 * @throws AmiproofError `unknown-instance-type` with the nearest known name.
 */
export const instanceType = (type: string, lookup?: InstanceTypeLookup): InstanceType => {
  const found = findInstanceType(type) ?? lookup?.(type)
  if (found) return found
  const near = nearest(
    type.trim().slice(0, 64),
    records().map((record) => record.type),
  )
  throw new AmiproofError(
    `cannot find instance type ${JSON.stringify(type.slice(0, 64))} among the ${records().length} known ones${near ? `; did you mean ${near}?` : ''}`,
    { kind: 'usage', code: 'unknown-instance-type', op: 'find an instance type', blame: 'user' },
  )
}

/**
 * The record's numbers, all of them known.
 * @throws AmiproofError `incomplete-instance-type` naming what no source knows.
 */
export const requireLimits = (
  instance: InstanceType,
): {
  readonly maxEnis: number
  readonly ipv4PerEni: number
  readonly vcpus: number
  readonly memoryMiB: number
} => {
  const { maxEnis, ipv4PerEni, vcpus, memoryMiB } = instance
  if (maxEnis !== null && ipv4PerEni !== null && vcpus !== null && memoryMiB !== null)
    return { maxEnis, ipv4PerEni, vcpus, memoryMiB }
  const missing = Object.entries({ maxEnis, ipv4PerEni, vcpus, memoryMiB }).filter(
    ([, value]) => value === null,
  )
  throw new AmiproofError(
    `cannot compute for ${instance.type}: no source knows its ${missing.map(([name]) => name).join(' and ')}; give a full record of it`,
    {
      kind: 'usage',
      code: 'incomplete-instance-type',
      op: 'read an instance type',
      blame: 'user',
    },
  )
}
