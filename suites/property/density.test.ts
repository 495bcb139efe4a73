import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AmiproofError } from '../../src/lib/errors.ts'
import { explainMaxPods } from '../../src/max-pods/explain.ts'
import { type GpuDensity, gpuSlots, type MigLayout } from '../../src/max-pods/gpu.ts'
import { instanceType, instanceTypes } from '../../src/max-pods/instance-type.ts'
import { runs } from './max-pods-samples.ts'

const nvidia = instanceTypes().filter(
  ({ gpus, maxEnis }) => maxEnis !== null && gpus.some(({ manufacturer }) => manufacturer === 'NVIDIA'),
)
const anyGpuNode = fc.constantFrom(...nvidia)
const total = (slots: Readonly<Record<string, number>>): number =>
  Object.values(slots).reduce((sum, each) => sum + each, 0)
const timeSlicing = (resource: string, replicas: number): NonNullable<GpuDensity['sharing']> => ({
  strategy: 'time-slicing',
  replicas: { [resource]: replicas },
})

test('time-slicing multiplies the slots by its replicas, and one GPU at least is there', () => {
  fc.assert(
    fc.property(anyGpuNode, fc.integer({ min: 2, max: 100 }), (instance, replicas) => {
      const whole = total(gpuSlots(instance).slots)
      expect(whole).toBeGreaterThan(0)
      expect(total(gpuSlots(instance, { sharing: timeSlicing('nvidia.com/gpu', replicas) }).slots)).toBe(
        whole * replicas,
      )
    }),
    runs,
  )
})

/** An A100 with 40 GB: instances, compute and memory slices of each profile (MIG user guide). */
const a100 = {
  '1g.5gb': [7, 1, 1],
  '1g.10gb': [4, 1, 2],
  '2g.10gb': [3, 2, 2],
  '3g.20gb': [2, 3, 4],
  '4g.20gb': [1, 4, 4],
  '7g.40gb': [1, 7, 8],
} as const
const layout: fc.Arbitrary<Record<string, number>> = fc.dictionary(
  fc.constantFrom(...Object.keys(a100)),
  fc.integer({ min: 0, max: 8 }),
)
const fits = (each: Readonly<Record<string, number>>): boolean => {
  const rows = Object.entries(a100).map(([profile, [most, compute, memory]]) => {
    const instances = each[profile] ?? 0
    return { ok: instances <= most, compute: instances * compute, memory: instances * memory }
  })
  const sum = (of: 'compute' | 'memory') => rows.reduce((all, row) => all + row[of], 0)
  return rows.every(({ ok }) => ok) && sum('compute') <= 7 && sum('memory') <= 8
}
const p4d = instanceType('p4d.24xlarge')
const eight = (one: MigLayout): MigLayout[] => Array.from({ length: 8 }, () => one)

test('a GPU takes a layout exactly when its instances, compute and memory slices are there', () => {
  fc.assert(
    fc.property(layout, (one) => {
      const slots = () => gpuSlots(p4d, { mig: eight(one), migStrategy: 'mixed' }).slots
      if (fits(one)) expect(total(slots())).toBe(8 * total(one))
      else expect(slots).toThrow(AmiproofError)
    }),
    runs,
  )
})

test('single and mixed hand out the same number of instances, under other names', () => {
  const one = fc
    .constantFrom(...Object.entries(a100))
    .chain(([profile, [most]]) =>
      fc.integer({ min: 1, max: most }).map((instances) => ({ [profile]: instances })),
    )
  fc.assert(
    fc.property(one, (each) => {
      const slots = (migStrategy: 'single' | 'mixed') =>
        gpuSlots(p4d, { mig: eight(each), migStrategy }).slots
      fc.pre(fits(each))
      expect(total(slots('single'))).toBe(total(slots('mixed')))
      expect(Object.keys(slots('single'))).toEqual(['nvidia.com/gpu'])
      expect(Object.keys(slots('mixed'))).toEqual(Object.keys(each).map((name) => `nvidia.com/mig-${name}`))
    }),
    runs,
  )
})

test('GPUs with MIG off stay whole beside the others, none twice', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (on) => {
      const mig = on.map((each) => (each ? { '1g.5gb': 7 } : null))
      const { slots } = gpuSlots(p4d, { mig, migStrategy: 'mixed' })
      const cut = on.filter(Boolean).length
      expect(slots['nvidia.com/mig-1g.5gb'] ?? 0).toBe(7 * cut)
      expect(slots['nvidia.com/gpu'] ?? 0).toBe(8 - cut)
    }),
    runs,
  )
})

test('a dedicated GPU node runs its GPU pods and daemons and no more; more replicas never mean fewer pods', () => {
  fc.assert(
    fc.property(
      anyGpuNode,
      fc.integer({ min: 2, max: 60 }),
      fc.nat(12),
      (instance, replicas, cpuOnlyPods) => {
        const explain = (times: number) =>
          explainMaxPods(instance, { gpu: { cpuOnlyPods, sharing: timeSlicing('nvidia.com/gpu', times) } })
        const { slots } = gpuSlots(instance, { sharing: timeSlicing('nvidia.com/gpu', replicas) })
        const { value, reserved, candidates } = explain(replicas)
        expect(candidates.find(({ name }) => name === 'gpu')?.value).toBe(total(slots) + cpuOnlyPods + 9)
        expect(value).toBeLessThanOrEqual(total(slots) + cpuOnlyPods + 9)
        expect(reserved.memoryMi).toBe(11 * value + 255)
        expect(explain(replicas + 1).value).toBeGreaterThanOrEqual(value)
        expect(
          explainMaxPods(instance, { gpu: { dedicated: false } }).candidates.map(({ name }) => name),
        ).not.toContain('gpu')
      },
    ),
    runs,
  )
})

test('any layout and any replicas end in slots or in one typed refusal', () => {
  const number = fc.oneof(fc.integer({ min: -3, max: 60 }), fc.double(), fc.constant(Number.NaN))
  const name = fc.oneof(
    fc.constantFrom('1g.5gb', '1g.5gb+me', '__proto__', 'constructor', '7g.40gb'),
    fc.string(),
  )
  const density = fc.record(
    {
      mig: fc.array(fc.option(fc.dictionary(name, number)), { minLength: 8, maxLength: 8 }),
      migStrategy: fc.constantFrom('none' as const, 'single' as const, 'mixed' as const),
      sharing: fc.record({
        strategy: fc.constantFrom('time-slicing' as const, 'mps' as const),
        replicas: fc.dictionary(fc.oneof(name, fc.constant('nvidia.com/gpu')), number),
      }),
      slotsPerPod: number,
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(anyGpuNode, density, (instance, gpu) => {
      try {
        const { slots } = gpuSlots(instance, gpu)
        for (const count of Object.values(slots)) expect(Number.isSafeInteger(count) && count > 0).toBe(true)
        explainMaxPods(instance, { gpu })
      } catch (error) {
        if (!(error instanceof AmiproofError)) throw error
        expect(error.message).toMatch(/^cannot /)
      }
      expect(Object.getPrototypeOf({})).toBe(Object.prototype)
    }),
    runs,
  )
})
