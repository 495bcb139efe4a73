import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { bigPod, explainMaxPods } from '../../src/max-pods/explain.ts'
import { type GpuDensity, gpuSlots, type MigLayout } from '../../src/max-pods/gpu.ts'
import { type InstanceType, instanceType } from '../../src/max-pods/instance-type.ts'
import { karpenterNode } from '../../src/max-pods/models/karpenter.ts'
import { aksReservedMemoryMi, gkeReservedMemoryMi } from '../../src/max-pods/other-clouds.ts'
import { type DensityTrial, densityFindings } from '../../src/max-pods/qualification.ts'
import { reservedCpuMillicores, reservedMemoryMi } from '../../src/max-pods/reserved.ts'

const Layout = z.record(z.string(), z.number()).nullable()
const Example = z.object({
  name: z.string(),
  type: z.string(),
  config: z.strictObject({
    mig_strategy: z.enum(['single', 'mixed']).optional(),
    mig: z.array(Layout).optional(),
    sharing: z
      .strictObject({
        strategy: z.enum(['time-slicing', 'mps']),
        replicas: z.record(z.string(), z.number()),
      })
      .optional(),
  }),
  slots: z.record(z.string(), z.number()),
  note: z.string(),
  bounds: z.object({
    eni: z.number(),
    eni_formula_eks: z.number(),
    kubelet_cap: z.number(),
    gpu: z.number(),
  }),
  gpu_pods: z.number(),
  max_pods: z.number(),
  binding: z.array(z.string()),
  reserve_mib: z.object({
    at_eni_formula: z.number(),
    at_N: z.number(),
    saved: z.number(),
    gke: z.number(),
    aks_at_N: z.number(),
  }),
  kube_reserved_cpu_m: z.number(),
  karpenter_allocatable_mib: z.object({ default: z.number(), with_maxPods_N: z.number() }),
})
const Spark = z.object({
  type: z.string(),
  eni_max_pods: z.number(),
  reserve_eni_mib: z.number(),
  reserve_12_pods_mib: z.number(),
  freed_mib: z.number(),
  gke_mib: z.number(),
  aks_12_mib: z.number(),
})
const { examples, spark } = z
  .object({ examples: z.array(Example), spark: z.array(Spark) })
  .parse(JSON.parse(readFileSync('fixtures/density/examples.json', 'utf8')))

const densityOf = ({ mig_strategy, mig, sharing }: z.infer<typeof Example>['config']): GpuDensity => ({
  ...(mig_strategy && { migStrategy: mig_strategy }),
  ...(mig && { mig }),
  ...(sharing && { sharing }),
})
const mebibytes = (bytes: number): number => bytes / 1_048_576

describe.for(examples)('$name', (example) => {
  const instance = instanceType(example.type)
  const gpu = densityOf(example.config)
  const explained = explainMaxPods(instance, { gpu })
  const bound = (name: string) => explained.candidates.find((each) => each.name === name)?.value

  test('has the slots that the device plugin advertises', () => {
    expect(gpuSlots(instance, gpu).slots).toEqual(example.slots)
  })
  test('is bound as the example says', () => {
    expect({
      eni: bound('addresses'),
      eni_formula_eks: explained.nodeadm.maxPods,
      kubelet_cap: bound('ceiling'),
      gpu: bound('gpu'),
    }).toEqual(example.bounds)
    const names = { addresses: 'eni', ceiling: 'kubelet_cap', gpu: 'gpu' }
    expect([Object.entries(names).find(([ours]) => ours === explained.bindingConstraint)?.[1]]).toEqual(
      example.binding,
    )
    expect(explained.value).toBe(example.max_pods)
  })
  test('reserves as the example says', () => {
    const memoryMi = instance.memoryMiB ?? 0
    const atEni = explained.nodeadm.reserved.memoryMi
    expect({
      at_eni_formula: atEni,
      at_N: explained.reserved.memoryMi,
      saved: atEni - explained.reserved.memoryMi,
      gke: gkeReservedMemoryMi(memoryMi),
      aks_at_N: aksReservedMemoryMi(explained.value, memoryMi),
    }).toEqual(example.reserve_mib)
    expect(explained.reserved.cpuMillicores).toBe(example.kube_reserved_cpu_m)
  })
  test('leaves what Karpenter computes', () => {
    const withN = karpenterNode(instance, { amiFamily: 'Bottlerocket', maxPods: explained.value })
    expect({
      default: mebibytes(karpenterNode(instance).allocatableMemoryBytes),
      with_maxPods_N: mebibytes(withN.allocatableMemoryBytes),
    }).toEqual(example.karpenter_allocatable_mib)
  })
})

test.for(spark)('one big pod on $type gets back what nodeadm reserves for pods that never run', (example) => {
  const memoryMi = instanceType(example.type).memoryMiB ?? 0
  const twelve = bigPod(example.type, 12)
  expect({
    reserve_eni_mib: twelve.reservedByDefaultMi,
    reserve_12_pods_mib: twelve.reserved.memoryMi,
    freed_mib: twelve.freedMi,
    gke_mib: gkeReservedMemoryMi(memoryMi),
    aks_12_mib: aksReservedMemoryMi(12, memoryMi),
  }).toEqual({
    reserve_eni_mib: example.reserve_eni_mib,
    reserve_12_pods_mib: example.reserve_12_pods_mib,
    freed_mib: example.freed_mib,
    gke_mib: example.gke_mib,
    aks_12_mib: example.aks_12_mib,
  })
})

test('one pod on an m5.24xlarge needs 266 MiB reserved, not 8362', () => {
  expect(bigPod('m5.24xlarge')).toMatchObject({
    pods: 1,
    reserved: { memoryMi: 266, cpuMillicores: 310 },
    reservedByDefaultMi: 8362,
    kubelet: { maxPodsExpression: '1' },
  })
})

const every = (layout: MigLayout): MigLayout[] => Array.from({ length: 8 }, () => layout)
const oneFirst = (first: MigLayout, rest: MigLayout): MigLayout[] => [first, ...every(rest).slice(1)]

test.for<[string, string, GpuDensity, RegExp]>([
  [
    'MIG on an A10G',
    'g5.xlarge',
    { mig: [{ '1g.5gb': 1 }], migStrategy: 'single' },
    /A10G is not MIG capable/,
  ],
  [
    'eight of seven',
    'p4d.24xlarge',
    { mig: every({ '1g.5gb': 8 }), migStrategy: 'single' },
    /1g\.5gb: 8 > max 7/,
  ],
  [
    'single with one GPU whole',
    'p4d.24xlarge',
    { mig: oneFirst(null, { '1g.5gb': 7 }), migStrategy: 'single' },
    /same migEnabled value/,
  ],
  [
    'single with two kinds',
    'p4d.24xlarge',
    { mig: oneFirst({ '2g.10gb': 3 }, { '1g.5gb': 7 }), migStrategy: 'single' },
    /more than one MIG device type/,
  ],
  [
    'two kinds on one GPU',
    'p4d.24xlarge',
    { mig: every({ '2g.10gb': 1, '1g.5gb': 1 }), migStrategy: 'single' },
    /more than one MIG device type/,
  ],
  [
    'nine memory slices of eight',
    'p4d.24xlarge',
    { mig: every({ '3g.20gb': 2, '1g.5gb': 1 }), migStrategy: 'mixed' },
    /GPU0: 7\/7 compute, 9\/8 memory slices/,
  ],
  [
    'MPS on MIG',
    'p4d.24xlarge',
    {
      mig: every({ '1g.5gb': 7 }),
      migStrategy: 'mixed',
      sharing: { strategy: 'mps', replicas: { 'nvidia.com/mig-1g.5gb': 2 } },
    },
    /MPS sharing is not supported/,
  ],
  [
    'one replica',
    'g5.xlarge',
    { sharing: { strategy: 'time-slicing', replicas: { 'nvidia.com/gpu': 1 } } },
    /must be >= 2/,
  ],
  [
    '49 clients of MPS',
    'g5.xlarge',
    { sharing: { strategy: 'mps', replicas: { 'nvidia.com/gpu': 49 } } },
    /at most 48 clients/,
  ],
  [
    'a profile of another GPU',
    'p5.48xlarge',
    { mig: every({ '1g.5gb': 1 }), migStrategy: 'single' },
    /H100-80GB has no MIG profile "1g\.5gb"/,
  ],
  [
    "the smaller A100's profile on the larger",
    'p4de.24xlarge',
    { mig: every({ '1g.5gb': 1 }), migStrategy: 'single' },
    /A100-80GB has no MIG profile/,
  ],
  [
    'single with an empty GPU',
    'p4d.24xlarge',
    { mig: oneFirst({}, { '1g.5gb': 7 }), migStrategy: 'single' },
    /MIG on and no instance/,
  ],
  [
    'seven layouts for eight GPUs',
    'p4d.24xlarge',
    { mig: every(null).slice(1) },
    /has 8 GPUs, and layouts are given for 7/,
  ],
  ['GPU pods without a GPU', 'm5.large', {}, /no NVIDIA GPU/],
  ['GPU pods on AMD GPUs', 'g4ad.xlarge', {}, /no NVIDIA GPU/],
  [
    'DRA and replicas at once',
    'g5.xlarge',
    { allocator: 'dra', sharing: { strategy: 'time-slicing', replicas: { 'nvidia.com/gpu': 2 } } },
    /same silicon twice/,
  ],
  [
    'two media extensions on one GPU',
    'p4d.24xlarge',
    { mig: every({ '1g.5gb+me': 2 }), migStrategy: 'mixed' },
    /1g\.5gb\+me: 2 > max 1/,
  ],
  [
    'a prototype as a profile',
    'p4d.24xlarge',
    { mig: every({ constructor: 1 }), migStrategy: 'mixed' },
    /no MIG profile "constructor"/,
  ],
  [
    'half an instance',
    'p4d.24xlarge',
    { mig: every({ '1g.5gb': 0.5 }), migStrategy: 'mixed' },
    /must be a whole number/,
  ],
])('%s is refused', ([, type, density, message]) => {
  expect(() => gpuSlots(instanceType(type), density)).toThrow(message)
  expect(() => explainMaxPods(type, { gpu: density })).toThrow(message)
})

test('a client of MPS gets its share of memory and threads', () => {
  const mps = (replicas: number): GpuDensity => ({
    sharing: { strategy: 'mps', replicas: { 'nvidia.com/gpu': replicas } },
  })
  expect(gpuSlots(instanceType('g5.48xlarge'), mps(8)).mpsClient).toEqual({
    memoryMi: 2878,
    threadsPercent: 12,
  })
  expect(gpuSlots(instanceType('g5.48xlarge'), mps(7)).mpsClient?.threadsPercent).toBe(14)
  expect(gpuSlots(instanceType('g6f.large'), mps(2)).mpsClient?.memoryMi).toBe(1430)
})

test('what the device plugin does silently is said aloud', () => {
  const slots = (type: string, density: GpuDensity) => gpuSlots(instanceType(type), density)
  const wrongName = slots('g5.xlarge', {
    sharing: { strategy: 'time-slicing', replicas: { 'nvidia.com/gpus': 4 } },
  })
  expect(wrongName.slots).toEqual({ 'nvidia.com/gpu': 1 })
  expect(wrongName.warnings).toEqual([
    'no device is called nvidia.com/gpus: its replicas are skipped silently',
  ])
  expect(slots('p4d.24xlarge', { mig: every({ '1g.5gb': 7 }) }).slots).toEqual({ 'nvidia.com/gpu': 8 })
  expect(slots('g5.xlarge', { allocator: 'dra' }).warnings[0]).toMatch(/upper bound/)
  const renamed = slots('g5.xlarge', {
    sharing: { strategy: 'time-slicing', replicas: { 'nvidia.com/gpu': 4 }, renameByDefault: true },
  })
  expect(renamed.slots).toEqual({ 'nvidia.com/gpu.shared': 4 })
  expect(
    slots('p4d.24xlarge', { mig: oneFirst({ '1g.5gb+me': 1 }, null), migStrategy: 'mixed' }).slots,
  ).toEqual({
    'nvidia.com/mig-1g.5gb.me': 1,
    'nvidia.com/gpu': 7,
  })
})

test('slots whose pods get no address are named', () => {
  const { warnings } = explainMaxPods('p5.48xlarge', {
    gpu: {
      mig: every({ '1g.10gb': 7 }),
      migStrategy: 'single',
      sharing: { strategy: 'time-slicing', replicas: { 'nvidia.com/gpu': 2 } },
    },
  })
  expect(warnings.find(({ rule }) => rule === 'gpu-slots-without-address')?.message).toMatch(
    /^19 of 112 GPU slots can never be used/,
  )
})

const image = 'sha256:0b1c'
const trial: DensityTrial = {
  image,
  instanceType: 'c5.18xlarge',
  pods: 737,
  holdMinutes: 30,
  notReadySeconds: 0,
  podStartP99Seconds: 41,
  plegRelistP99Seconds: 0.6,
  plegUnhealthyMessages: 0,
  daemonMemoryMi: 5200,
  reservedMemoryMi: 8362,
  cpuThrottledPercent: 1,
  kubeletRestarts: 0,
  oomKills: 0,
  evictions: 0,
  linkLocalDrops: 0,
  memoryAvailableMi: 2000,
  evictionMemoryMi: 100,
}

test('more than 250 pods need a trial of this image on this type', () => {
  const value = (changes: Partial<DensityTrial>, of = image) =>
    explainMaxPods('c5.18xlarge', { qualified: { trial: { ...trial, ...changes }, image: of } }).value
  expect(explainMaxPods('c5.18xlarge').value).toBe(250)
  expect(value({})).toBe(737)
  expect(value({ pods: 400 })).toBe(400)
  expect(() => value({}, 'sha256:other')).toThrow(/the trial was of image sha256:0b1c/)
  expect(() => value({ instanceType: 'm5.large' })).toThrow(/the trial was on m5\.large/)
  expect(() => value({ notReadySeconds: 3 })).toThrow(/not ready: 3, not none/)
})

test('each thing a trial must show can be missing', () => {
  const worse: Partial<DensityTrial>[] = [
    { holdMinutes: 29 },
    { notReadySeconds: 1 },
    { podStartP99Seconds: 60 },
    { plegRelistP99Seconds: 1 },
    { plegUnhealthyMessages: 1 },
    { daemonMemoryMi: 6690 },
    { cpuThrottledPercent: 5 },
    { kubeletRestarts: 1 },
    { oomKills: 1 },
    { evictions: 1 },
    { linkLocalDrops: 1 },
    { memoryAvailableMi: 110 },
  ]
  expect(densityFindings(trial)).toEqual([])
  for (const change of worse) expect(densityFindings({ ...trial, ...change })).toHaveLength(1)
})

test('737 pods fit the memory of a c5.18xlarge, and get the CPU of 250', () => {
  const instance: InstanceType = instanceType('c5.18xlarge')
  expect(reservedMemoryMi(737)).toBe(8362)
  expect(gkeReservedMemoryMi(instance.memoryMiB ?? 0)).toBe(9872)
  expect(aksReservedMemoryMi(737, instance.memoryMiB ?? 0)).toBe(14_790)
  expect(reservedCpuMillicores(72_000)).toBe(250)
})
