import { describe, expect, test } from 'vitest'
import { AmiproofError } from '../../src/lib/errors.ts'
import { bigPod, explainMaxPods } from '../../src/max-pods/explain.ts'
import {
  findInstanceType,
  type InstanceType,
  instanceType,
  instanceTypes,
} from '../../src/max-pods/instance-type.ts'
import { maxPods } from '../../src/max-pods/max-pods.ts'
import { al2BootstrapMaxPods } from '../../src/max-pods/models/al2-bootstrap.ts'
import { networkLimits, nodeadmMaxPods } from '../../src/max-pods/nodeadm.ts'
import type { MaxPodsOptions } from '../../src/max-pods/options.ts'

const codeOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof AmiproofError) return error.code
    throw error
  }
  return 'none'
}
const rulesOf = (type: string, options: MaxPodsOptions): readonly string[] =>
  explainMaxPods(type, options).warnings.map(({ rule }) => rule)

describe('the table of instance types', () => {
  const types = instanceTypes()
  const all = (test: (record: InstanceType) => boolean): string[] =>
    types.filter((record) => !test(record)).map(({ type }) => type)

  test('has 1,430 types, each once, in order', () => {
    const names = types.map(({ type }) => type)
    expect(names).toHaveLength(1430)
    expect(names).toEqual([...new Set(names)].sort())
  })
  test('has the default card among the cards, and its ENIs as maxEnis', () => {
    expect(
      all(
        ({ networkCards, defaultCard, maxEnis }) => networkCards[defaultCard] === maxEnis || maxEnis === null,
      ),
    ).toEqual([])
  })
  test('adds up the ENIs of all cards', () => {
    expect(
      all(
        ({ networkCards, maxEnisAllCards }) =>
          maxEnisAllCards === null ||
          networkCards.reduce<number>((sum, enis) => sum + (enis ?? 0), 0) === maxEnisAllCards,
      ),
    ).toEqual([])
  })
  test('has no hypervisor exactly where the type is bare metal', () => {
    expect(all(({ hypervisor, bareMetal }) => !bareMetal || hypervisor === 'none')).toEqual([])
    expect(
      all(
        ({ hypervisor, bareMetal, memoryMiB }) => memoryMiB === null || (hypervisor === 'none') === bareMetal,
      ),
    ).toEqual([])
    expect(types.filter(({ bareMetal }) => bareMetal).length).toBeGreaterThan(150)
  })
  test('has plausible numbers wherever it has any', () => {
    expect(all(({ maxEnis }) => maxEnis === null || (maxEnis >= 1 && maxEnis <= 24))).toEqual([])
    expect(all(({ ipv4PerEni }) => ipv4PerEni === null || (ipv4PerEni >= 2 && ipv4PerEni <= 64))).toEqual([])
    expect(all(({ vcpus }) => vcpus !== 30)).toEqual([])
    expect(
      all(({ trunking, branchInterfaces }) => trunking === null || trunking === (branchInterfaces ?? 0) > 0),
    ).toEqual([])
  })
  test('knows which of the sources agree', () => {
    expect(all(({ sources }) => /^[mcnkreahb]+$/.test(sources))).toEqual([])
    expect(all(({ sources, maxEnis }) => maxEnis !== null || sources === 'b')).toEqual([])
  })
  test('does not take a name of JavaScript for a type', () => {
    for (const name of ['__proto__', 'constructor', 'toString'])
      expect(findInstanceType(name)).toBeUndefined()
  })
})

describe('what a node may run', () => {
  test.for<[string, MaxPodsOptions, number]>([
    ['m5.large', {}, 29],
    ['m5.large', { customNetworking: true }, 20],
    ['m5.large', { prefixDelegation: true }, 110],
    ['m5.large', { prefixDelegation: true, ceiling: 'none' }, 434],
    ['m5.large', { prefixDelegation: true, cniVersion: '1.8.0' }, 29],
    ['m5.large', { podEni: true }, 20],
    ['m5.large', { podEni: true, customNetworking: true }, 11],
    ['m5.large', { podsPerCore: 5 }, 10],
    ['m5.large', { ipFamily: 'ipv6' }, 110],
    ['m5.large', { expression: 'max_pods - 9' }, 20],
    ['m5.large', { maxEnis: 1 }, 11],
    ['m5.large', { reservedEnis: 3 }, 0],
    ['t3.small', { podEni: true }, 11],
    ['t2.medium', { prefixDelegation: true }, 17],
    ['c5.metal', { prefixDelegation: true, ceiling: 'none' }, 11_762],
    ['p5.48xlarge', {}, 100],
    ['p5.48xlarge', { efaOnlyEnis: 1 }, 51],
    ['hpc6id.32xlarge', { customNetworking: true }, 0],
    ['c5.18xlarge', {}, 250],
    ['m5.24xlarge', { maxPods: 1 }, 1],
    ['m5.large', { workload: { podMemoryMi: 512, podCpuMillicores: 100 } }, 14],
    ['m5.large', { workload: { podMemoryMi: 64, podCpuMillicores: 250, daemonCpuMillicores: 180 } }, 7],
  ])('%s with %o: %i', ([type, options, expected]) => {
    expect(maxPods(type, options)).toBe(expected)
    expect(explainMaxPods(type, options).value).toBe(expected)
  })

  test('a type that is not in the table comes from the lookup', () => {
    const made: InstanceType = { ...instanceType('m5.large'), type: 'm99.large', maxEnis: 5 }
    expect(maxPods('m99.large', { lookup: (type) => (type === 'm99.large' ? made : undefined) })).toBe(47)
    expect(maxPods(made)).toBe(47)
  })
  test('a misspelt type is refused with the nearest one', () => {
    expect(() => maxPods('m5.lagre')).toThrow(/did you mean m5\.large\?/)
    expect(() => maxPods('M5.LARGE ')).toThrow(/did you mean m5\.large\?/)
    expect(codeOf(() => maxPods('x'.repeat(10_000)))).toBe('unknown-instance-type')
  })
})

describe('what is refused', () => {
  test.for<[string, string, MaxPodsOptions, RegExp]>([
    [
      'a reservation that exceeds the memory',
      'c6i.large',
      { prefixDelegation: true, ceiling: 'none' },
      /5029 Mi reserved and 100 Mi .* of its 4096 Mi; set maxPods to at most 340/,
    ],
    [
      'an expression that nodeadm would drop',
      'm5.large',
      { expression: 'min(110, max_pods)' },
      /there is no function "min"; nodeadm would silently use 29/,
    ],
    ['IPv6 on Xen', 't2.medium', { ipFamily: 'ipv6' }, /prefixes need nitro or bare metal/],
    [
      'IPv6 with custom networking',
      'm5.large',
      { ipFamily: 'ipv6', customNetworking: true },
      /no custom networking/,
    ],
    [
      'half an ENI',
      'm5.large',
      { reservedEnis: 0.5 },
      /reservedEnis must be a whole number from 0 on, not 0\.5/,
    ],
    ['no number at all', 'm5.large', { maxPods: Number.NaN }, /maxPods must be a whole number/],
    ['a negative eviction', 'm5.large', { evictionMemoryMi: -1 }, /evictionMemoryMi must be a whole number/],
    ['a version that is none', 'm5.large', { prefixDelegation: true, cniVersion: 'latest' }, /not "latest"/],
    ['a type without ENIs', 'p6e-gb200.36xlarge', {}, /no source knows its maxEnis/],
    [
      'IPv6 without a ceiling',
      'm5.large',
      { ipFamily: 'ipv6', ceiling: 'none' },
      /neither addresses nor a ceiling/,
    ],
  ])('%s', ([, type, options, message]) => {
    expect(() => maxPods(type, options)).toThrow(message)
    expect(() => explainMaxPods(type, options)).toThrow(message)
    expect(codeOf(() => maxPods(type, options))).not.toBe('none')
  })
})

describe('what is warned of', () => {
  test.for<[string, string, MaxPodsOptions]>([
    ['more-than-addresses', 'm5.large', { maxPods: 110 }],
    ['no-addresses', 'm5.large', { reservedEnis: 3 }],
    ['no-prefixes', 't2.medium', { prefixDelegation: true }],
    ['no-prefixes', 'm5.large', { prefixDelegation: true, cniVersion: '1.8.99' }],
    ['prefix-supply', 'm5.large', { prefixDelegation: true }],
    ['max-enis-ignored', 'm5.large', { maxEnis: 0 }],
    ['no-trunk', 't3.large', { podEni: true }],
    ['branch-interfaces', 'm5.large', { podEni: true }],
    ['more-than-recommended', 'c5.18xlarge', { ceiling: 'none' }],
    ['reserved-for-others', 'm5.24xlarge', { maxPods: 12 }],
    ['reserved-too-little', 'm5.large', { prefixDelegation: true }],
    ['large-reservation', 't3.small', { prefixDelegation: true }],
    ['daemons-count', 'm5.24xlarge', { maxPods: 1 }],
    ['unknown-size', 'bmn-sf1.metal', {}],
    ['gpu', 'g5.xlarge', { gpu: { allocator: 'dra' } }],
  ])('%s', ([rule, type, options]) => {
    expect(rulesOf(type, options)).toContain(rule)
  })
  test('an ordinary node: nothing', () => {
    expect(rulesOf('m5.xlarge', {})).toEqual([])
  })
})

test('a big pod gets what nodeadm would keep for others', () => {
  expect(bigPod('p4d.24xlarge', 12)).toMatchObject({ reservedByDefaultMi: 8362, freedMi: 7975 })
})

describe('nodeadm', () => {
  test('finds the default card by its index, not by its position', () => {
    const networkCards = [
      { networkCardIndex: 1, maximumNetworkInterfaces: 4 },
      { networkCardIndex: 0, maximumNetworkInterfaces: 8 },
    ]
    const limits = (defaultNetworkCardIndex: number | null, ipv4AddressesPerInterface: number | null = 30) =>
      networkLimits({ defaultNetworkCardIndex, ipv4AddressesPerInterface, networkCards })
    expect(limits(1)).toEqual({ maxEnis: 4, ipv4PerEni: 30 })
    expect(limits(null)).toEqual({ maxEnis: 8, ipv4PerEni: 30 })
    expect(limits(2)).toBeUndefined()
    expect(limits(0, null)).toEqual({ maxEnis: 8, ipv4PerEni: 0 })
  })
  test('uses 110 for a type it cannot look up, and ignores the expression', () => {
    expect(nodeadmMaxPods({ type: 'p3.2xlarge', expression: '20' })).toEqual({
      maxPods: 110,
      standard: 110,
      fellBack: null,
      unknownType: true,
    })
  })
  test('takes whitespace for an expression, and a wrong one', () => {
    expect(nodeadmMaxPods({ type: 'm5.large', expression: ' ' }).fellBack).toMatch(/does not compile/)
  })
})

test('AL2 takes a type for a pattern, so a part of a name finds several lines', () => {
  expect(al2BootstrapMaxPods('m5.large')).toEqual([29])
  expect(al2BootstrapMaxPods('m5xlarge')).toEqual([])
  expect(al2BootstrapMaxPods('m5.').length).toBeGreaterThan(5)
  expect(al2BootstrapMaxPods('no.such')).toEqual([])
})
