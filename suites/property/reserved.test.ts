import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AmiproofError } from '../../src/lib/errors.ts'
import { explainMaxPods } from '../../src/max-pods/explain.ts'
import { eksnodeReserved } from '../../src/max-pods/models/eksnode.ts'
import { karpenterNode } from '../../src/max-pods/models/karpenter.ts'
import { nodeadmMaxPods } from '../../src/max-pods/nodeadm.ts'
import { nodeadmReserved, reservedCpuMillicores, reservedMemoryMi } from '../../src/max-pods/reserved.ts'
import { anyInstance, runs } from './max-pods-samples.ts'

const vcpus = fc.integer({ min: 1, max: 2048 })
const pods = fc.nat(5000)

test('each pod costs 11 MiB of reserved memory, and none of them 255', () => {
  fc.assert(
    fc.property(pods, (n) => {
      expect(reservedMemoryMi(n + 1) - reservedMemoryMi(n)).toBe(11)
      expect(reservedMemoryMi(n)).toBe(255 + 11 * n)
    }),
    runs,
  )
})

test('reserved CPU grows with cores, ever more slowly, and stays far below them', () => {
  fc.assert(
    fc.property(vcpus, (v) => {
      const at = (cores: number) => reservedCpuMillicores(cores * 1000)
      expect(at(v + 1)).toBeGreaterThan(at(v))
      expect(at(v + 4) - at(v)).toBeLessThanOrEqual(at(v) - at(Math.max(v - 4, 0)) + 1)
      expect(at(v)).toBeLessThan(100 * v)
    }),
    runs,
  )
})

test('whole millicores agree with percentages in floating point', () => {
  fc.assert(
    fc.property(vcpus, (v) => {
      const shares = [
        [0, 1, 0.06],
        [1, 2, 0.01],
        [2, 4, 0.005],
        [4, 4096, 0.0025],
      ] as const
      const float = shares.reduce(
        (sum, [from, to, share]) => sum + Math.max(Math.min(v, to) - from, 0) * share * 1000,
        0,
      )
      expect(reservedCpuMillicores(v * 1000)).toBe(Math.floor(float + 1e-6))
    }),
    runs,
  )
})

test("nodeadm's CPU does not depend on pods; eksnode's jumps by 40 above 110 and is never less", () => {
  fc.assert(
    fc.property(vcpus, pods, (v, n) => {
      const cpu = (maxPods: number) => nodeadmReserved({ cpuCount: v, maxPods }).cpuMillicores
      expect(cpu(n)).toBe(cpu(0))
      const eksnode = (maxPods: number) => eksnodeReserved(v, maxPods).cpuMillicores
      expect(eksnode(n)).toBe(eksnode(0) + (n > 110 ? 40 : 0))
      expect(eksnode(0) - cpu(0)).toBeGreaterThanOrEqual(0)
      expect(eksnode(0) - cpu(0)).toBeLessThanOrEqual(18)
    }),
    runs,
  )
})

test('what is reserved and kept from eviction leaves memory, or the node is refused', () => {
  const eviction = fc.nat(2000)
  fc.assert(
    fc.property(anyInstance, fc.boolean(), eviction, (instance, prefixDelegation, evictionMemoryMi) => {
      const options = { prefixDelegation, evictionMemoryMi, ceiling: 'none' } as const
      try {
        const { value, reserved, allocatable } = explainMaxPods(instance, options)
        expect(reserved.memoryMi).toBe(11 * value + 255)
        expect(allocatable.memoryMi).toBeGreaterThan(0)
        expect(reserved.memoryMi + evictionMemoryMi + (allocatable.memoryMi ?? 0)).toBe(instance.memoryMiB)
        expect(allocatable.cpuMillicores).toBeGreaterThan(0)
      } catch (error) {
        if (!(error instanceof AmiproofError)) throw error
        expect(error.code).toBe('memory')
        const most = Number(/at most (\d+)$/.exec(error.message)?.[1])
        if (most > 0) expect(explainMaxPods(instance, { ...options, maxPods: most }).value).toBe(most)
        expect(() => explainMaxPods(instance, { ...options, maxPods: most + 1 })).toThrow(AmiproofError)
      }
    }),
    runs,
  )
})

test('nodeadm reserves for what it computed, whatever maxPods the user sets afterwards', () => {
  fc.assert(
    fc.property(anyInstance, fc.integer({ min: 1, max: 4000 }), (instance, maxPods) => {
      const lookup = () => ({ maxEnis: instance.maxEnis ?? 0, ipv4PerEni: instance.ipv4PerEni ?? 0 })
      const computed = nodeadmMaxPods({ type: instance.type, lookup }).maxPods
      const { nodeadm } = explainMaxPods(instance, { maxPods, memoryMi: 2 ** 30 })
      expect(nodeadm.maxPods).toBe(computed)
      expect(nodeadm.reserved.memoryMi).toBe(reservedMemoryMi(computed))
    }),
    runs,
  )
})

test('Karpenter: an eviction percentage is of the capacity after overhead, rounded up, and 100% is none', () => {
  fc.assert(
    fc.property(anyInstance, fc.integer({ min: 1, max: 99 }), (instance, percent) => {
      const node = (evictionHardMemory: string) => karpenterNode(instance, { evictionHardMemory })
      const { memoryCapacityMi, evictionMemoryBytes } = node(`${percent}%`)
      const exact = BigInt(memoryCapacityMi) * 1_048_576n * BigInt(percent)
      // Karpenter computes in floating point, which may round one byte further up.
      expect([0n, 1n]).toContain(BigInt(evictionMemoryBytes) - (exact + 99n) / 100n)
      expect(node('100%').evictionMemoryBytes).toBe(0)
      expect(node('200Mi').evictionMemoryBytes).toBe(209_715_200)
    }),
    runs,
  )
})

test('Karpenter: arm64 has 64 MiB less before overhead', () => {
  fc.assert(
    fc.property(anyInstance, (instance) => {
      const arm = karpenterNode({ ...instance, arch: ['arm64'] }).memoryCapacityMi
      const smaller = karpenterNode({
        ...instance,
        memoryMiB: (instance.memoryMiB ?? 0) - 64,
      }).memoryCapacityMi
      expect(arm).toBe(smaller)
    }),
    runs,
  )
})
