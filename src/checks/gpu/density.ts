import { answered } from '../../facts/gpu/answer.ts'
import type { DevicePlugin } from '../../facts/gpu/plugin.ts'
import type { Facts } from '../../facts/index.ts'
import { AmiproofError } from '../../lib/errors.ts'
import { type GpuDensity, type GpuSlots, gpuSlots, type MigLayout } from '../../max-pods/gpu.ts'
import { findInstanceType, type InstanceType } from '../../max-pods/instance-type.ts'
import type { NodeSpec } from '../../spec/node-spec.ts'
import { type Check, check, type Verdict } from '../check.ts'
import { kubeletOf } from '../seen-kubelet.ts'
import { trace } from '../trace.ts'
import { equal, expected, fail, manual } from '../verdict.ts'
import { smiOf } from './seen.ts'

const place = '/var/lib/kubelet/device-plugins/kubelet_internal_checkpoint'

const instanceOf = ({ image, instance }: NodeSpec): InstanceType | undefined => {
  const type = image.variant === 'nvidia' && instance ? findInstanceType(instance.type) : undefined
  return type?.gpus.some(({ manufacturer }) => manufacturer === 'NVIDIA') ? type : undefined
}

const strategies = ['none', 'single', 'mixed'] as const

/** How the device plugin on the node was told to hand out its GPUs: files first, as it reads them, then its environment. */
const densityOf = (facts: Facts): GpuDensity => {
  const { configs, environment } = facts.gpuDevicePlugin
  const config = configs.at(-1)
  const instances = answered(facts.gpuMig)?.instances ?? []
  const mig = smiOf(facts).gpus.map((gpu, index): MigLayout => {
    if (gpu.mig.current !== 'Enabled') return null
    const own = instances.filter((one) => one.gpu === index).map(({ profile }) => profile)
    return Object.fromEntries(
      [...new Set(own)].map((profile) => [profile, own.filter((one) => one === profile).length]),
    )
  })
  return {
    mig,
    migStrategy: config?.migStrategy ?? strategies.find((one) => one === environment.MIG_STRATEGY),
    ...(config?.sharing ? { sharing: config.sharing } : {}),
  }
}

/** What the node should offer; a string is why the hardware or the plugin refuses the configuration. */
const slotsOf = (instance: InstanceType, facts: Facts): GpuSlots | string => {
  try {
    return gpuSlots(instance, densityOf(facts))
  } catch (error) {
    if (error instanceof AmiproofError && error.kind !== 'fact' && error.kind !== 'unproven')
      return error.message
    throw error
  }
}

const ours = (registered: DevicePlugin['registered']): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(registered ?? {}).filter(([name, count]) => name.startsWith('nvidia.com/') && count > 0),
  )

const density = (
  claim: Pick<Check, 'id' | 'title' | 'severity' | 'fix'> & {
    readonly judge: (facts: Facts, slots: GpuSlots | string) => Verdict
  },
): Check =>
  check({
    id: claim.id,
    title: claim.title,
    severity: claim.severity,
    fix: claim.fix,
    phase: 'join',
    tags: ['gpu'],
    controls: trace('EN-13b'),
    needs: ['gpu', 'kubelet'],
    applies: (spec) => instanceOf(spec) !== undefined,
    unless: 'the spec names no instance type with NVIDIA GPUs',
    verify: ({ facts, spec }) => {
      const instance = instanceOf(spec)
      if (!instance) throw new Error('the check was asked about a type without GPUs')
      return claim.judge(facts, slotsOf(instance, facts))
    },
  })

export const possible = density({
  id: 'gpu-density/possible',
  title: 'The GPUs can be handed out as the device plugin is configured to',
  severity: 'high',
  judge: (_, slots) =>
    typeof slots === 'string'
      ? fail(slots, 'a configuration that the GPU allows', 'the device plugin’s configuration')
      : { status: 'pass' },
  fix: 'Correct the configuration: the plugin offers no GPU at all where the hardware or its own rules refuse it.',
})

export const offered = density({
  id: 'gpu-density/offered',
  title:
    'The node offers as many devices of each name as its GPUs, its MIG instances and the plugin’s replicas make',
  severity: 'critical',
  judge: (facts, slots) => {
    const { registered } = facts.gpuDevicePlugin
    if (Object.keys(ours(registered)).length === 0 && facts.gpuDevicePlugin.configs.length === 0)
      return manual(
        'no device plugin of NVIDIA has registered: install it, or look at the DRA driver by hand',
      )
    return equal(ours(registered), typeof slots === 'string' ? {} : slots.slots, place)
  },
  fix: 'Read the log of the device plugin: under the strategy single it offers nothing where GPUs differ, and it skips names that no device has.',
})

export const fitting = density({
  id: 'gpu-density/fitting',
  title: 'The kubelet may start as many pods as there are devices to hand out',
  severity: 'high',
  judge: (facts, slots) => {
    const count =
      typeof slots === 'string' ? 0 : Object.values(slots.slots).reduce((sum, one) => sum + one, 0)
    const most = Number(kubeletOf(facts).config.maxPods ?? 110)
    return expected(
      most >= count,
      `${most} pods for ${count} devices`,
      'at least as many pods as devices',
      'maxPods of the kubelet',
    )
  },
  fix: 'Hand out fewer replicas or raise maxPods; see `amiproof max-pods --explain` for the type.',
})
