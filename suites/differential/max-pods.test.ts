import { expect, test } from 'vitest'
import { findInstanceType, type InstanceType } from '../../src/max-pods/instance-type.ts'
import { al2BootstrapMaxPods } from '../../src/max-pods/models/al2-bootstrap.ts'
import { bashCalculator } from '../../src/max-pods/models/bash-calculator.ts'
import { eksnodeCalculate, eksnodeJoinMaxPods, eksnodeReserved } from '../../src/max-pods/models/eksnode.ts'
import { type KarpenterOptions, karpenterNode } from '../../src/max-pods/models/karpenter.ts'
import { vpcCniPodAddresses } from '../../src/max-pods/models/vpc-cni.ts'
import { nodeadmMaxPods } from '../../src/max-pods/nodeadm.ts'
import { reservedCpuMillicores, reservedMemoryMi } from '../../src/max-pods/reserved.ts'
import { type Answer, expectEqualAnswers, type Vector } from './vectors.ts'

type Fields = Readonly<Record<string, unknown>>
const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The vector's own description of the instance over our record: arch lists differ for three old types. */
const describedBy = (input: Fields): InstanceType | undefined => {
  const record = findInstanceType(text(input.instanceType))
  return record && input.describe ? { ...record, ...fields(input.describe) } : undefined
}

const karpenterOptions = (input: Fields): KarpenterOptions => {
  const k = fields(input.karpenter)
  return {
    amiFamily: text(k.amiFamily),
    reservedEnis: number(k.reservedENIs) ?? 0,
    maxPods: number(k.maxPods),
    podsPerCore: number(k.podsPerCore),
    vmMemoryOverheadPercent: number(k.vmMemoryOverheadPercent) ?? 0.075,
    evictionHardMemory: typeof k.evictionHardMemory === 'string' ? k.evictionHardMemory : null,
  }
}

/** What each system says to a line of max-pods/max-pods.jsonl, under the names that the vectors use. */
const systems = (input: Fields): Readonly<Record<string, () => unknown>> => {
  const type = text(input.instanceType)
  const record = findInstanceType(type)
  const instance = describedBy(input)
  const known = (): InstanceType => instance ?? expect.fail(`${type} is not described`)
  const vcpus = (): number => known().vcpus ?? 0
  const flags = {
    cniVersion: text(input.cniVersion),
    customNetworking: input.customNetworking === true,
    prefixDelegation: input.prefixDelegation === true,
    maxEnis: typeof input.maxEnis === 'string' ? input.maxEnis : number(input.maxEnis),
    showMaxAllowed: input.showMaxAllowed === true,
  }
  const reserved = ({ memoryMi, cpuMillicores }: { memoryMi: number; cpuMillicores: number }) => ({
    memoryMi,
    cpuMilli: cpuMillicores,
  })
  const nodeadm = (): number => nodeadmMaxPods({ type, expression: text(input.maxPodsExpression) }).maxPods
  return {
    bashCalculator: () => bashCalculator(type, instance, flags),
    bashCalculatorPre1930: () => bashCalculator(type, instance, flags, 'pre1930'),
    al2BootstrapMaxPods: () => al2BootstrapMaxPods(type)[0],
    nodeadm,
    // This oracle is a transcription that does not wrap at 32 bits; the real nodeadm, in nodeadm/maxpods.jsonl, does.
    nodeadmKubeReserved: () => ({
      memoryMi: reservedMemoryMi(nodeadm()),
      cpuMilli: reservedCpuMillicores(vcpus() * 1000),
    }),
    eksnodeCalculate: () => eksnodeCalculate(type, record, flags),
    eksnodeJoinMaxPods: () => eksnodeJoinMaxPods(type, record),
    eksnodeKubeReserved: () => {
      const pods = eksnodeJoinMaxPods(type, record)
      return typeof pods === 'number' ? reserved(eksnodeReserved(vcpus(), pods)) : pods
    },
    karpenter: () => {
      const node = karpenterNode(known(), karpenterOptions(input))
      return {
        pods: node.pods,
        kubeReservedCpuMilli: node.reserved.cpuMillicores,
        kubeReservedMemoryMi: node.reserved.memoryMi,
        memoryCapacityMi: node.memoryCapacityMi,
        evictionMemoryBytes: node.evictionMemoryBytes,
        allocatableMemoryBytes: node.allocatableMemoryBytes,
        podEni: node.podEni,
      }
    },
    vpcCniPodIps: () => {
      const addresses = vpcCniPodAddresses(known(), {
        ...flags,
        ipFamily: input.ipFamily === 'ipv6' ? 'ipv6' : 'ipv4',
      })
      return addresses === 'unbounded' ? 'unbounded-by-ENI (one /80 on the primary ENI)' : addresses
    },
  }
}

const answer = ({ input, expected }: Vector): readonly Answer[] => {
  const answers = systems(input)
  return Object.entries(expected).map(([of, value]) => ({
    of,
    expected: value,
    actual: (answers[of] ?? expect.fail(`nobody answers for ${of}`))(),
  }))
}

test('every system answers as the real one did, mistakes included', () => {
  expectEqualAnswers('max-pods of every system', answer)
})
