import { all } from '../combine.ts'
import { equal, expected, fail, pass } from '../verdict.ts'
import { ofGpu, ofType } from './claim.ts'
import { amount, eachGpu, isHidden, saysLess, value, zero } from './seen.ts'

/** Reasons that say nothing of the hardware: idle, clocks that somebody asked for, the power limit, a display. */
const harmless = /^(gpu_idle|applications_clocks_setting|sw_power_cap|display_clocks?_setting)$/

/** Degrees below the slowdown at which a GPU that does nothing should be. */
const headroom = 10

/** Families whose GPUs are wired with eight of their sixteen lanes; of others the p-families have all. */
export const width = ofType({
  id: 'gpu-health/pcie-width',
  title: 'Every GPU has the PCIe lanes that its family is wired with',
  severity: 'high',
  about: 'instance',
  types: 'with whole GPUs',
  when: ({ vgpu }) => !vgpu,
  judge: ({ facts }, { type }) =>
    eachGpu(facts, ({ link }, where) =>
      value(link.width, where, (said) => {
        const most = amount(link.maxWidth) ?? 16
        const least = /^p\d/.test(type) ? most : most / 2
        return expected((amount(said) ?? 0) >= least, said, `${least}x or more`, `${where}: link width`)
      }),
    ),
  fix: 'Replace the instance: lanes of the slot are lost. Eight of sixteen are right on g4dn and g5.',
})

export const rollovers = ofGpu({
  id: 'gpu-health/pcie-replays',
  title: 'The replay counter of no GPU’s PCIe link has rolled over',
  severity: 'medium',
  about: 'instance',
  verify: ({ facts }) => eachGpu(facts, (gpu, where) => zero(gpu.link.rollovers, where, saysLess(gpu))),
  fix: 'Replace the instance: the link repeats much of what it sends.',
})

export const clocks = ofType({
  id: 'gpu-health/clocks',
  title: 'Neither heat nor a weak supply holds down the clocks of a GPU',
  severity: 'high',
  about: 'instance',
  types: 'with whole GPUs',
  when: ({ vgpu }) => !vgpu,
  judge: ({ facts }) =>
    eachGpu(facts, ({ clockReasons }, where) => {
      if (clockReasons === undefined) return value(undefined, `${where}: clocks_event_reasons`, () => pass())
      const found = clockReasons.filter((reason) => !harmless.test(reason))
      return expected(found.length === 0, found, 'idle, application clocks or the power limit only', where)
    }),
  fix: 'Replace the instance where it stays: thermal and power brake slowdowns are the host’s.',
})

export const applicationClocks = ofType({
  id: 'gpu-health/application-clocks',
  title: 'Application clocks are the highest that the GPU supports',
  severity: 'low',
  types: 'with whole GPUs',
  when: ({ vgpu }) => !vgpu,
  judge: ({ facts }) =>
    eachGpu(facts, ({ clocks }, where) =>
      all(
        value(
          clocks.applications,
          where,
          (said) => equal(said, clocks.most, `${where}: graphics`),
          isHidden(clocks.applications),
        ),
        value(
          clocks.applicationsMemory,
          where,
          (said) => equal(said, clocks.mostMemory, `${where}: memory`),
          isHidden(clocks.applicationsMemory),
        ),
      ),
    ),
  fix: 'Let set-nvidia-clocks.service of the EKS image set them; from branch 590 on there are none to set.',
})

export const power = ofType({
  id: 'gpu-health/power-limit',
  title: 'The power limit of every GPU is the one it was made for',
  severity: 'medium',
  types: 'with whole GPUs',
  when: ({ vgpu }) => !vgpu,
  judge: ({ facts }) =>
    eachGpu(facts, ({ power }, where) =>
      value(power.limit, where, (said) => equal(said, power.preset, where), isHidden(power.limit)),
    ),
  fix: 'Take out of the image what runs `nvidia-smi -pl`.',
})

export const temperature = ofGpu({
  id: 'gpu-health/temperature',
  title: 'No GPU is near the temperature at which it slows down',
  severity: 'medium',
  about: 'instance',
  verify: ({ facts }) =>
    eachGpu(facts, ({ temperature }, where) => {
      const [now, slowdown] = [amount(temperature.now), amount(temperature.slowdown)]
      const left = now !== undefined && slowdown !== undefined ? slowdown - now : amount(temperature.headroom)
      if (left === undefined)
        return value(temperature.now, where, () => pass('the driver names no limit'), true)
      return left >= headroom
        ? pass(`${left} C left`)
        : fail(`${left} C left`, `at least ${headroom} C`, where)
    }),
  fix: 'Replace the instance if it stays hot while it does nothing.',
})
