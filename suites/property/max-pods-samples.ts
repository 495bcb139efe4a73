import fc from 'fast-check'
import type { InstanceType } from '../../src/max-pods/instance-type.ts'

/** AMIPROOF_RUNS makes a soak of it. */
export const runs = { numRuns: Number(process.env.AMIPROOF_RUNS || 1000) }

/** Instance types as EC2 could sell them, not only as it does. */
export const anyInstance: fc.Arbitrary<InstanceType> = fc
  .record({
    vcpus: fc.integer({ min: 1, max: 1024 }),
    memoryMiB: fc.integer({ min: 512, max: 33_554_432 }),
    hypervisor: fc.constantFrom('nitro', 'xen', 'none'),
    maxEnis: fc.integer({ min: 1, max: 20 }),
    ipv4PerEni: fc.integer({ min: 2, max: 64 }),
    otherCards: fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 4 }),
    branchInterfaces: fc.option(fc.integer({ min: 0, max: 120 })),
  })
  .map(({ otherCards, hypervisor, maxEnis, branchInterfaces, ...rest }) => ({
    ...rest,
    type: 'made.up',
    hypervisor,
    bareMetal: hypervisor === 'none',
    maxEnis,
    arch: ['x86_64'],
    networkCards: [maxEnis, ...otherCards],
    defaultCard: 0,
    maxEnisAllCards: otherCards.reduce((sum, enis) => sum + enis, maxEnis),
    trunking: branchInterfaces === null ? null : branchInterfaces > 0,
    branchInterfaces,
    gpus: [],
    sources: '',
  }))
