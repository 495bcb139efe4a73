import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { hasGpu } from '../../src/checks/gpu/claim.ts'
import { failsByDesign } from '../../src/checks/gpu/expected-failures.ts'
import { leastDriver, modelOf, nvidiaType, tables, xidRule } from '../../src/checks/gpu/tables.ts'
import { checks } from '../../src/checks/index.ts'
import { parseEvidence, readFacts } from '../../src/facts/index.ts'
import { findInstanceType } from '../../src/max-pods/instance-type.ts'
import { inferSpec } from '../../src/run/infer-spec.ts'
import type { NodeSpec } from '../../src/spec/node-spec.ts'
import { parseNodeSpec } from '../../src/spec/parse-node-spec.ts'

const base = parseNodeSpec(readFileSync('fixtures/specs/docker-node.json', 'utf8'))
const on = (type: string | undefined, variant: NodeSpec['image']['variant'] = 'nvidia'): NodeSpec => {
  const { instance, ...rest } = base
  const image = { ...base.image, variant }
  return instance && type ? { ...rest, image, instance: { ...instance, type } } : { ...rest, image }
}

describe('the tables', () => {
  test.for(tables.nvidia.map((one) => [one.type, one] as const))(
    '%s has a model and at least one GPU',
    ([, type]) => {
      expect(modelOf(type).architecture).not.toBe('')
      expect(type.count).toBeGreaterThan(0)
      expect(['open', 'proprietary']).toContain(type.flavour)
      expect(['required', 'never', 'unknown']).toContain(type.fabricManager)
      if (modelOf(type).modules !== 'either') expect(type.flavour).toBe(modelOf(type).modules)
    },
  )

  test('count as many GPUs as the table of max pods, which counts a fraction as none', () => {
    const other = tables.nvidia.filter(({ type, count }) => {
      const gpus = findInstanceType(type)?.gpus ?? []
      const listed = gpus.reduce((sum, gpu) => sum + (gpu.count || 1), 0)
      return gpus.length > 0 && listed !== count
    })
    expect(other.map(({ type }) => type)).toEqual([])
  })

  test('say what an Xid and a CUDA mean', () => {
    expect(xidRule(79)).toMatchObject({ gate: 'critical' })
    expect(xidRule(31)).toMatchObject({ application: true })
    expect(xidRule(999)).toBeUndefined()
    expect([leastDriver(13), leastDriver(12), leastDriver(11), leastDriver(9)]).toEqual([
      580,
      525,
      450,
      undefined,
    ])
  })
})

test('a GPU is called for by the image and not excused by what was found', () => {
  expect(hasGpu(on('g5.xlarge'))).toBe(true)
  expect(hasGpu(on('p99.metal'))).toBe(true)
  expect(hasGpu(on(undefined))).toBe(true)
  expect(hasGpu(on('m5.large'))).toBe(false)
  expect(hasGpu(on('g4ad.xlarge'))).toBe(false)
  expect(hasGpu(on('g5.xlarge', 'standard'))).toBe(false)
})

test('the fabric manager is expected to fail where there is no switch, and nowhere else', () => {
  expect(failsByDesign(on('g5.xlarge'))).toEqual(['nvidia-fabricmanager.service'])
  expect(failsByDesign(on('p5.48xlarge'))).toEqual([])
  expect(failsByDesign(on('m5.large'))).toContain('nvidia-kmod-load.service')
  expect(failsByDesign(on('m5.large', 'standard'))).toEqual([])
})

test('on an image without accelerators no check of them applies', () => {
  const applying = checks.filter(
    ({ tags, applies }) =>
      tags.some((tag) => tag.startsWith('gpu')) && applies?.(on('g5.xlarge', 'standard')) !== false,
  )
  expect(applying.map(({ id }) => id)).toEqual([])
})

test('every type of the table is one that the spec can name', () => {
  expect(tables.nvidia.filter(({ type }) => nvidiaType(on(type))?.type !== type)).toEqual([])
})

test('a node with packages of the driver is inferred to be one for GPUs', () => {
  const recorded = parseEvidence(readFileSync('fixtures/evidence/docker-node.json'))
  const { packages } = recorded.probes
  if (!packages || typeof packages.stdout !== 'string') throw new Error('the recording has no packages')
  const having = (name: string) =>
    inferSpec(
      readFacts({
        ...recorded,
        probes: {
          ...recorded.probes,
          packages: { ...packages, stdout: `${packages.stdout}rpm\t${name}\t0\t1-1\tx86_64\tL\tV\n` },
        },
      }),
    ).image.variant
  expect([having('kmod-nvidia-open'), having('aws-neuronx-dkms'), having('bash')]).toEqual([
    'nvidia',
    'neuron',
    'standard',
  ])
})
