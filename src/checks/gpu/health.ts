import type { Gpu } from '../../facts/gpu/smi.ts'
import { all } from '../combine.ts'
import { expected, pass } from '../verdict.ts'
import { ofGpu, ofType } from './claim.ts'
import { amount, eachGpu, isHidden, saysLess, value, words, zero } from './seen.ts'
import { modelOf } from './tables.ts'

type Counters = readonly (readonly [string, string])[]

/** Schemas up to 12 have one SRAM counter, later ones one for parity and one for SEC-DED; drivers before 450 say double_bit. */
const uncorrectable = (counters: Counters): Counters =>
  counters.filter(([name]) => /uncorrectable|double_bit.*total/.test(name))

const noneUncorrectable = (gpu: Gpu, counters: Counters, where: string) => {
  const found = uncorrectable(counters)
  return found.length === 0
    ? value(undefined, where, () => pass(), saysLess(gpu))
    : all(...found.map(([name, said]) => zero(said, `${where}: ${name}`, saysLess(gpu))))
}

export const eccOn = ofType({
  id: 'gpu-health/ecc-on',
  title: 'Errors of GPU memory are corrected now and after the next reset',
  severity: 'high',
  types: 'with whole GPUs',
  when: ({ vgpu }) => !vgpu,
  judge: ({ facts }) =>
    eachGpu(facts, ({ ecc }, where) =>
      all(
        words(ecc.current, 'Enabled', `${where}: current`),
        words(ecc.pending, 'Enabled', `${where}: pending`),
      ),
    ),
  fix: 'Run `nvidia-smi -e 1` and reboot, or take out of the image what turned ECC off.',
})

export const eccNow = ofGpu({
  id: 'gpu-health/ecc-since-boot',
  title: 'No GPU has met a memory error since boot that could not be corrected',
  severity: 'critical',
  about: 'instance',
  verify: ({ facts }) =>
    eachGpu(facts, (gpu, where) => noneUncorrectable(gpu, gpu.ecc.volatile, `${where}: volatile`)),
  fix: 'Replace the instance: work on this GPU may have been wrong.',
})

export const eccEver = ofGpu({
  id: 'gpu-health/ecc-ever',
  title: 'No GPU has ever met a memory error that could not be corrected',
  severity: 'high',
  about: 'instance',
  verify: ({ facts }) =>
    eachGpu(facts, (gpu, where) => noneUncorrectable(gpu, gpu.ecc.aggregate, `${where}: aggregate`)),
  fix: 'Replace the instance; errors that were repaired come back more often than elsewhere.',
})

export const sramThreshold = ofGpu({
  id: 'gpu-health/sram-threshold',
  title: 'No GPU has more SRAM errors than NVIDIA allows before it takes it back',
  severity: 'critical',
  about: 'instance',
  verify: ({ facts }) =>
    eachGpu(facts, (gpu, where) => {
      const said = gpu.ecc.aggregate.find(([name]) => name === 'sram_threshold_exceeded')?.[1]
      // Drivers before 550 do not have it, which is no fault of the GPU.
      return words(said, 'No', where, said === undefined || saysLess(gpu))
    }),
  fix: 'Replace the instance: this GPU has reached the limit of NVIDIA’s warranty.',
})

/** Pages of a GPU that may be retired before NVIDIA takes it back (Tesla V100 and T4; dynamic page retirement guide). */
const mostRetired = 60

export const retired = ofType({
  id: 'gpu-health/retired-pages',
  title: 'No GPU is about to lose pages of its memory, and few were lost',
  severity: 'high',
  about: 'instance',
  types: 'whose GPUs retire pages of memory (before Ampere)',
  when: (type) => modelOf(type).retiresPages,
  judge: ({ facts }) =>
    eachGpu(facts, ({ retired }, where) =>
      all(
        zero(retired.double, `${where}: double bit`),
        value(retired.single, where, (said) =>
          expected(
            (amount(said) ?? mostRetired) < mostRetired,
            said,
            `fewer than ${mostRetired}`,
            `${where}: single bit`,
          ),
        ),
        words(retired.pending, 'No', `${where}: pending`),
      ),
    ),
  fix: 'Reboot where a retirement is pending; replace the instance where pages had double bit errors.',
})

const remaps = { types: 'whose GPUs remap rows of memory (Ampere and newer)', about: 'instance' } as const

export const remapFailure = ofType({
  ...remaps,
  id: 'gpu-health/remap-failure',
  title: 'Every GPU could put a spare row in the place of each broken one',
  severity: 'critical',
  when: (type) => modelOf(type).remapsRows && !type.vgpu,
  judge: ({ facts }) =>
    eachGpu(facts, (gpu, where) => words(gpu.remapped.failure, 'No', where, saysLess(gpu))),
  fix: 'Replace the instance: the GPU has no spare row left where it needs one.',
})

export const remapPending = ofType({
  ...remaps,
  id: 'gpu-health/remap-pending',
  title: 'No GPU waits for a reset to replace broken rows of its memory',
  severity: 'high',
  when: (type) => modelOf(type).remapsRows && !type.vgpu,
  judge: ({ facts }) =>
    eachGpu(facts, (gpu, where) =>
      all(
        words(gpu.remapped.pending, 'No', `${where}: pending`, saysLess(gpu)),
        zero(
          gpu.remapped.uncorrectable,
          `${where}: remapped for errors that were not corrected`,
          saysLess(gpu),
        ),
      ),
    ),
  fix: 'Reset the GPU or reboot; on EC2 replace the instance.',
})

export const spareRows = ofType({
  ...remaps,
  id: 'gpu-health/spare-rows',
  title: 'No bank of GPU memory is short of spare rows',
  severity: 'medium',
  when: (type) => modelOf(type).remapsRows && !type.vgpu,
  judge: ({ facts }) =>
    eachGpu(facts, (gpu, where) =>
      all(
        zero(gpu.remapped.low, `${where}: banks with few`, saysLess(gpu) || gpu.remapped.low === undefined),
        zero(
          gpu.remapped.none,
          `${where}: banks with none`,
          saysLess(gpu) || gpu.remapped.none === undefined,
        ),
      ),
    ),
  fix: 'Replace the instance at the next occasion.',
})

export const repair = ofGpu({
  id: 'gpu-health/repair-pending',
  title: 'No GPU waits for a repair of its memory or its processors',
  severity: 'high',
  about: 'instance',
  verify: ({ facts }) =>
    eachGpu(facts, (gpu, where) =>
      all(
        ...gpu.ecc.repairPending.map(([name, said]) =>
          words(said, 'No', `${where}: ${name}`, isHidden(said)),
        ),
      ),
    ),
  fix: 'Reset the GPU or reboot; replace the instance where it stays, or where memory cannot be repaired.',
})

export const recovery = ofGpu({
  id: 'gpu-health/recovery-action',
  title: 'The driver asks for no reset, reboot or drain of a GPU',
  severity: 'critical',
  about: 'instance',
  verify: ({ facts }) =>
    eachGpu(facts, ({ recoveryAction, resetRequired }, where) =>
      all(
        words(recoveryAction, 'None', `${where}: recovery action`, recoveryAction === undefined),
        words(resetRequired, 'No', `${where}: reset required`, isHidden(resetRequired)),
      ),
    ),
  fix: 'Do what the driver names, in order of weight: reboot, reset, drain and reset; on EC2 replace the instance.',
})
