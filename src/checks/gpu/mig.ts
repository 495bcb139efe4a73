import type { GpuInstance } from '../../facts/gpu/smi-lists.ts'
import type { Facts } from '../../facts/index.ts'
import { compareVersions } from '../../lib/versions.ts'
import { trace } from '../trace.ts'
import { equal, expected, none, pass } from '../verdict.ts'
import { ofGpu, ofType } from './claim.ts'
import { eachGpu, isHidden, smiOf, value } from './seen.ts'
import { modelOf } from './tables.ts'

const controls = trace('EN-13b', 'RD-18')

/** Instances of all GPUs; none where nvidia-smi does not answer, which gpu-driver/answers says. */
const instancesOf = ({ gpuMig }: Facts): readonly GpuInstance[] =>
  gpuMig.kind === 'answered' ? gpuMig.value.instances : []

export const settled = ofGpu({
  id: 'gpu-mig/settled',
  title: 'No GPU waits for a reset to turn MIG on or off',
  severity: 'critical',
  controls,
  verify: ({ facts }) =>
    eachGpu(facts, ({ mig }, where) =>
      value(
        mig.pending,
        where,
        (said) => equal(said, mig.current, `${where}: MIG, pending and current`),
        isHidden(mig.pending),
      ),
    ),
  fix: 'Reset the GPU or reboot. Ampere keeps the mode over a reboot; Hopper and newer lose it, so it must be set at each boot.',
})

export const capable = ofType({
  id: 'gpu-mig/capable',
  title: 'MIG is off where the GPU does not have it',
  severity: 'critical',
  controls,
  types: 'whose GPUs have no MIG',
  when: (type) => modelOf(type).mig.length === 0 && modelOf(type).modules !== 'open',
  judge: ({ facts }) =>
    eachGpu(facts, ({ mig }, where) =>
      expected(mig.current !== 'Enabled', mig.current, 'N/A or Disabled', where),
    ),
  fix: 'Correct the configuration of mig-parted for this instance type: T4, A10G, L4, L40S and V100 cannot be divided.',
})

export const profiles = ofType({
  id: 'gpu-mig/profiles',
  title: 'Every MIG instance is of a profile that the GPU has',
  severity: 'critical',
  controls,
  types: 'whose MIG profiles are known',
  when: (type) => modelOf(type).mig.length > 0,
  judge: ({ facts }, type) =>
    none(
      instancesOf(facts)
        .map(({ gpu, profile }) => [gpu, profile.replace(/^\d+c\./, '')] as const)
        .filter(([, profile]) => !modelOf(type).mig.includes(profile))
        .map(([gpu, profile]) => `GPU ${gpu}: ${profile}`),
      `of ${modelOf(type).mig.join(', ')}`,
      'nvidia-smi mig -lgi',
    ),
  fix: 'Apply a configuration of mig-parted that is written for this GPU.',
})

export const usable = ofGpu({
  id: 'gpu-mig/usable',
  title: 'Every MIG instance has something in it that can compute',
  severity: 'high',
  controls,
  verify: ({ facts }) => {
    const compute = facts.gpuMig.kind === 'answered' ? facts.gpuMig.value.compute : []
    const empty = instancesOf(facts).filter(
      ({ gpu, instance }) => !compute.some((one) => one.gpu === gpu && one.instance === instance),
    )
    return none(
      empty.map(({ gpu, profile, instance }) => `GPU ${gpu}: ${profile}, instance ${instance}`),
      'a compute instance in each',
      'nvidia-smi mig -lci',
    )
  },
  fix: 'Run `nvidia-smi mig -cci`; GPU instances without a compute instance serve nobody.',
})

export const divided = ofGpu({
  id: 'gpu-mig/divided',
  title: 'A GPU with MIG on is divided',
  severity: 'high',
  controls,
  verify: ({ facts }) =>
    eachGpu(facts, ({ mig }, where) =>
      mig.current === 'Enabled'
        ? expected(mig.devices.length > 0, 'no MIG device', 'at least one', where)
        : pass(mig.current),
    ),
  fix: 'Create the instances at each boot, with nvidia-mig-parted: no instance survives a reboot.',
})

export const supported = ofType({
  id: 'gpu-mig/driver',
  title: 'The driver is new enough for MIG on this GPU',
  severity: 'critical',
  controls,
  types: 'whose MIG profiles are known',
  when: (type) => modelOf(type).migDriver !== null,
  judge: ({ facts }, type) => {
    const { driver = '0', gpus } = smiOf(facts)
    const least = modelOf(type).migDriver ?? '0'
    return gpus.some(({ mig }) => mig.current === 'Enabled')
      ? expected(
          compareVersions(driver, least) >= 0,
          driver,
          `${least} or newer`,
          'nvidia-smi -q: driver_version',
        )
      : pass('MIG is off')
  },
  fix: 'Build the image with a newer driver, or leave MIG off.',
})
