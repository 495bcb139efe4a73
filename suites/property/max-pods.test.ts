import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AmiproofError } from '../../src/lib/errors.ts'
import { explainMaxPods } from '../../src/max-pods/explain.ts'
import { type InstanceType, instanceTypes } from '../../src/max-pods/instance-type.ts'
import { maxPods } from '../../src/max-pods/max-pods.ts'
import { bashCalculator } from '../../src/max-pods/models/bash-calculator.ts'
import { eksnodeCalculate } from '../../src/max-pods/models/eksnode.ts'
import { karpenterNode } from '../../src/max-pods/models/karpenter.ts'
import { vpcCniPodAddresses } from '../../src/max-pods/models/vpc-cni.ts'
import { nodeadmMaxPods } from '../../src/max-pods/nodeadm.ts'
import type { MaxPodsOptions } from '../../src/max-pods/options.ts'
import { prefixesInSubnet } from '../../src/max-pods/subnet.ts'
import { anyInstance, runs } from './max-pods-samples.ts'

/** Enough memory that only the question at hand decides. */
const roomy: MaxPodsOptions = { memoryMi: 2 ** 40 }
const theoretical = (instance: InstanceType, options: MaxPodsOptions = {}): number =>
  maxPods(instance, { ...roomy, ceiling: 'none', ...options })
const recommended = (instance: InstanceType, options: MaxPodsOptions = {}): number =>
  maxPods(instance, { ...roomy, ...options })

const mode: fc.Arbitrary<MaxPodsOptions> = fc.record(
  {
    prefixDelegation: fc.boolean(),
    customNetworking: fc.boolean(),
    podEni: fc.boolean(),
    maxEnis: fc.integer({ min: -2, max: 25 }),
    reservedEnis: fc.nat(5),
    efaOnlyEnis: fc.nat(3),
    podsPerCore: fc.nat(40),
    cniVersion: fc.constantFrom('1.7.5', '1.8.9', '1.9.0', 'v1.18.1-eksbuild.3', '2.0.0'),
  },
  { requiredKeys: [] },
)
const check = <T extends [unknown, ...unknown[]]>(property: fc.IProperty<T>): void =>
  fc.assert(property, runs)

test('max pods is a whole number from 0 on, and 0 where no ENI is left', () => {
  check(
    fc.property(anyInstance, mode, (instance, options) => {
      const value = recommended(instance, options)
      expect(Number.isSafeInteger(value) && value >= 0).toBe(true)
      expect(theoretical(instance, { ...options, podsPerCore: 0, reservedEnis: instance.maxEnis ?? 0 })).toBe(
        0,
      )
    }),
  )
})

test('the explanation gives the same value, and its binding constraint is the lowest', () => {
  check(
    fc.property(anyInstance, mode, (instance, options) => {
      const explained = explainMaxPods(instance, { ...roomy, ...options })
      expect(explained.value).toBe(recommended(instance, options))
      const values = explained.candidates.map(({ value }) => value)
      expect(explained.value).toBe(Math.min(...values))
      expect(explained.candidates.find(({ name }) => name === explained.bindingConstraint)?.value).toBe(
        explained.value,
      )
    }),
  )
})

test.for(['maxEnis', 'ipv4PerEni', 'vcpus'] as const)('more %s never means fewer pods', (field) => {
  check(
    fc.property(anyInstance, mode, fc.integer({ min: 1, max: 300 }), (instance, options, more) => {
      const larger = { ...instance, [field]: (instance[field] ?? 0) + more }
      expect(recommended(larger, options)).toBeGreaterThanOrEqual(recommended(instance, options))
    }),
  )
})

test('another ENI means more pods, as long as nothing but addresses counts', () => {
  check(
    fc.property(anyInstance, fc.boolean(), (instance, prefixDelegation) => {
      const larger = { ...instance, maxEnis: (instance.maxEnis ?? 0) + 1 }
      expect(theoretical(larger, { prefixDelegation })).toBeGreaterThan(
        theoretical(instance, { prefixDelegation }),
      )
    }),
  )
})

test('raising MAX_ENI or the CNI version never means fewer pods', () => {
  const versions = ['1.7.5', '1.8.9', '1.9.0', '1.9.0-eksbuild.2', 'v1.18.1', '2.0.0']
  check(
    fc.property(
      anyInstance,
      mode,
      fc.integer({ min: 1, max: 25 }),
      fc.nat(versions.length - 2),
      (instance, options, maxEnis, at) => {
        expect(theoretical(instance, { ...options, maxEnis: maxEnis + 1 })).toBeGreaterThanOrEqual(
          theoretical(instance, { ...options, maxEnis }),
        )
        const [older = '', newer = ''] = versions.slice(at)
        expect(theoretical(instance, { ...options, cniVersion: newer })).toBeGreaterThanOrEqual(
          theoretical(instance, { ...options, cniVersion: older }),
        )
      },
    ),
  )
})

test('whatever takes an ENI never means more pods', () => {
  const takers: MaxPodsOptions[] = [
    { customNetworking: true },
    { podEni: true },
    { reservedEnis: 6 },
    { efaOnlyEnis: 4 },
  ]
  check(
    fc.property(anyInstance, mode, fc.constantFrom(...takers), (instance, options, taker) => {
      expect(theoretical(instance, { ...options, ...taker })).toBeLessThanOrEqual(
        theoretical(instance, options),
      )
    }),
  )
})

test('prefixes give sixteen times the addresses on nitro and bare metal, and nothing elsewhere', () => {
  check(
    fc.property(anyInstance, fc.nat(4), (instance, reservedEnis) => {
      const single = theoretical(instance, { reservedEnis })
      const prefixed = theoretical(instance, { reservedEnis, prefixDelegation: true })
      const applies = instance.hypervisor !== 'xen' && single > 0
      expect(prefixed).toBe(applies ? (single - 2) * 16 + 2 : single)
    }),
  )
})

test('the ceiling is 110 up to 30 vCPUs and 250 above, and nothing else of vCPUs counts', () => {
  check(
    fc.property(anyInstance, fc.constantFrom(1, 29, 30, 31, 32, 192), (instance, vcpus) => {
      const uncapped = theoretical({ ...instance, vcpus })
      expect(recommended({ ...instance, vcpus })).toBe(Math.min(uncapped, vcpus > 30 ? 250 : 110))
      expect(uncapped).toBe(theoretical(instance))
    }),
  )
})

test('MAX_ENI of all ENIs or more, or below 1, is as none at all', () => {
  check(
    fc.property(anyInstance, fc.nat(20), fc.boolean(), (instance, over, customNetworking) => {
      const none = theoretical(instance, { customNetworking })
      expect(theoretical(instance, { customNetworking, maxEnis: (instance.maxEnis ?? 0) + over })).toBe(none)
      expect(theoretical(instance, { customNetworking, maxEnis: -over })).toBe(none)
    }),
  )
})

test('custom networking and k reserved ENIs are a smaller instance', () => {
  check(
    fc.property(anyInstance, fc.boolean(), fc.nat(6), (instance, prefixDelegation, k) => {
      const enis = instance.maxEnis ?? 0
      fc.pre(enis > k + 1)
      const smaller = (by: number) => theoretical({ ...instance, maxEnis: enis - by }, { prefixDelegation })
      expect(theoretical(instance, { prefixDelegation, customNetworking: true })).toBe(smaller(1))
      expect(theoretical(instance, { prefixDelegation, reservedEnis: k })).toBe(smaller(k))
      expect(theoretical(instance, { prefixDelegation, reservedEnis: k, customNetworking: true })).toBe(
        smaller(k + 1),
      )
    }),
  )
})

test('network cards other than the default one give no pods', () => {
  check(
    fc.property(anyInstance, mode, fc.array(fc.nat(20)), (instance, options, others) => {
      const more = {
        ...instance,
        networkCards: [instance.maxEnis, ...others],
        maxEnisAllCards: others.reduce((sum, enis) => sum + enis, instance.maxEnis ?? 0),
      }
      expect(recommended(more, options)).toBe(recommended(instance, options))
    }),
  )
})

test('a node never gets more pods than addresses, whatever is asked for', () => {
  check(
    fc.property(anyInstance, mode, fc.nat(5000), fc.nat(5000), (instance, options, asked, expression) => {
      const wish = { ...options, maxPods: asked, expression: `${expression + 1}` }
      const value = theoretical(instance, wish)
      expect(value).toBeLessThanOrEqual(theoretical(instance, { ...options, podsPerCore: 0 }))
      expect(value).toBeLessThanOrEqual(Math.min(asked, expression + 1))
    }),
  )
})

test('IPv6 pods do not depend on ENIs, and need prefixes, their hypervisors and no custom networking', () => {
  check(
    fc.property(anyInstance, mode, fc.integer({ min: 1, max: 30 }), (instance, options, enis) => {
      const ipv6 = (changes: Partial<InstanceType>, more: MaxPodsOptions = {}) =>
        recommended({ ...instance, ...changes }, { ...roomy, ...more, ipFamily: 'ipv6' })
      if (instance.hypervisor === 'xen') expect(() => ipv6({})).toThrow(AmiproofError)
      else {
        expect(ipv6({})).toBe((instance.vcpus ?? 0) > 30 ? 250 : 110)
        expect(ipv6({ maxEnis: enis })).toBe(ipv6({}))
        expect(() => ipv6({}, { customNetworking: true })).toThrow(AmiproofError)
        expect(() => ipv6({}, { prefixDelegation: false })).toThrow(AmiproofError)
        expect(() => ipv6({}, { cniVersion: '1.10.0' })).toThrow(/1\.10\.1/)
      }
      expect(options).toBeDefined()
    }),
  )
})

const listed = fc.constantFrom(...instanceTypes().filter(({ sources }) => sources.includes('n')))

test('nodeadm: no expression, max_pods and the formula itself are one and the same', () => {
  check(
    fc.property(listed, ({ type }) => {
      const { maxPods: none } = nodeadmMaxPods({ type })
      for (const expression of ['max_pods', 'default_enis * (ips_per_eni - 1) + 2'])
        expect(nodeadmMaxPods({ type, expression })).toMatchObject({ maxPods: none, fellBack: null })
    }),
  )
})

test('nodeadm: whatever the expression, the value is positive, and the standard one where it fails', () => {
  check(
    fc.property(listed, fc.string({ maxLength: 20 }), fc.integer(), ({ type }, noise, number) => {
      for (const expression of [noise, `${number}`, `${number}.75`]) {
        const result = nodeadmMaxPods({ type, expression })
        expect(result.maxPods).toBeGreaterThan(0)
        if (result.fellBack !== null) expect(result.maxPods).toBe(result.standard)
      }
      const { maxPods: truncated } = nodeadmMaxPods({ type, expression: `${Math.abs(number) + 1}.75` })
      expect(truncated).toBe(Math.abs(number) < 2 ** 31 - 1 ? Math.abs(number) + 1 : truncated)
    }),
  )
})

const karpenterOptions = fc.record({
  reservedEnis: fc.nat(20),
  maxPods: fc.option(fc.integer({ min: 1, max: 1000 })),
  podsPerCore: fc.option(fc.nat(30)),
})

test('Karpenter: pods never exceed maxPods, podsPerCore 0 is unset, and Bottlerocket ignores it', () => {
  check(
    fc.property(anyInstance, karpenterOptions, (instance, options) => {
      const pods = (amiFamily: string, podsPerCore = options.podsPerCore) =>
        karpenterNode(instance, { ...options, podsPerCore, amiFamily }).pods
      if (options.maxPods !== null) expect(pods('AL2023')).toBeLessThanOrEqual(options.maxPods)
      expect(pods('AL2023', 0)).toBe(pods('AL2023', null))
      expect(pods('Bottlerocket')).toBe(pods('AL2023', null))
      if (options.podsPerCore)
        expect(pods('AL2023')).toBeLessThanOrEqual(options.podsPerCore * (instance.vcpus ?? 0))
    }),
  )
})

test('Karpenter: AL2023 reserves by ENIs alone, Bottlerocket by the pods it has', () => {
  check(
    fc.property(anyInstance, karpenterOptions, (instance, options) => {
      const node = (amiFamily: string, with_ = options) => karpenterNode(instance, { ...with_, amiFamily })
      const unset = { reservedEnis: 0, maxPods: null, podsPerCore: null }
      expect(node('AL2023').reserved).toEqual(node('AL2023', unset).reserved)
      expect(node('Bottlerocket').reserved.memoryMi).toBe(11 * node('Bottlerocket').pods + 255)
    }),
  )
})

test('bash and eksnode agree on every well-formed question', () => {
  const flags = fc.record({
    cniVersion: fc.constantFrom('1.7.5', '1.8.99', '1.9.0', '1.18.1', '2.0.0'),
    customNetworking: fc.boolean(),
    prefixDelegation: fc.boolean(),
    maxEnis: fc.option(fc.integer({ min: -1, max: 30 })),
    showMaxAllowed: fc.constant(false),
  })
  const both = fc.constantFrom(
    ...instanceTypes().filter((t) => t.sources.includes('e') && t.memoryMiB !== null),
  )
  check(
    fc.property(both, flags, (instance, given) => {
      expect(bashCalculator(instance.type, instance, given)).toBe(
        eksnodeCalculate(instance.type, instance, given),
      )
    }),
  )
})

test("our pods are the VPC CNI's addresses and two of the host network", () => {
  check(
    fc.property(
      anyInstance,
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: -1, max: 20 }),
      (instance, customNetworking, prefixDelegation, maxEnis) => {
        const flags = { customNetworking, prefixDelegation, maxEnis }
        const addresses = vpcCniPodAddresses(instance, { ...flags, ipFamily: 'ipv4' })
        expect(theoretical(instance, flags)).toBe(addresses === 0 ? 0 : Number(addresses) + 2)
      },
    ),
  )
})

test('a subnet has a prefix for each whole block of sixteen but the first and the last', () => {
  check(
    fc.property(fc.integer({ min: 21, max: 28 }), (maskBits) => {
      const addresses = 2 ** (32 - maskBits)
      const free = Array.from({ length: addresses }, (_, i) => i >= 4 && i < addresses - 1)
      const blocks = Array.from({ length: addresses / 16 }, (_, b) =>
        free.slice(b * 16, b * 16 + 16).every(Boolean),
      )
      expect(prefixesInSubnet(maskBits)).toBe(blocks.filter(Boolean).length)
    }),
  )
})
