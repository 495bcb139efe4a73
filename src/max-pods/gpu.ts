import models from './gpu-models.json' with { type: 'json' }
import type { InstanceType } from './instance-type.ts'
import { refusal, wholeNumber } from './refusal.ts'

/** MIG instances on one GPU, by profile; null: MIG is off. */
export type MigLayout = Readonly<Record<string, number>> | null

/** How the GPUs of a node are handed out. */
export interface GpuDensity {
  /** The same MIG instances on every GPU. Default: MIG is off. */
  readonly everyGpu?: MigLayout | undefined
  /** MIG instances of each GPU, by index, where they differ. */
  readonly mig?: readonly MigLayout[] | undefined
  /** The device plugin's strategy. Default `none`. */
  readonly migStrategy?: 'none' | 'single' | 'mixed' | undefined
  /** Replicas of resources, by name: `nvidia.com/gpu`, `nvidia.com/mig-1g.5gb`. */
  readonly sharing?:
    | {
        readonly strategy: 'time-slicing' | 'mps'
        readonly replicas: Readonly<Record<string, number>>
        /** Shared resources are called `<name>.shared`. */
        readonly renameByDefault?: boolean | undefined
      }
    | undefined
  /** `dra`: pods claim GPUs of the DRA driver; the slots are then an upper bound. Default `device-plugin`. */
  readonly allocator?: 'device-plugin' | 'dra' | undefined
  readonly slotsPerPod?: number | undefined
  /** False: CPU pods may come too, and the slots bound nothing. Default true. */
  readonly dedicated?: boolean | undefined
  readonly cpuOnlyPods?: number | undefined
  /** Daemon pods on the host network. Default 4. */
  readonly hostNetworkPods?: number | undefined
  /** Daemon pods with an address of their own. Default 5. */
  readonly addressedDaemons?: number | undefined
}

/** What the device plugin hands out, and what it does silently. */
export interface GpuSlots {
  /** Slots by the resource name that pods request. */
  readonly slots: Readonly<Record<string, number>>
  /** What one client of MPS gets: pinned memory in MiB, threads in percent. */
  readonly mpsClient: { readonly memoryMi: number; readonly threadsPercent: number } | null
  readonly warnings: readonly string[]
}

type Model = (typeof models)[number]

interface Device {
  readonly name: string
  /** What EC2 says; nvidia-smi says a little else. */
  readonly memoryMiB: number | null
  /** A part of a GPU. */
  readonly fraction: boolean
}

/** The GPUs that EC2 lists: a fraction of a GPU has count 0 and is one device all the same (g6f). */
const devicesOf = (instance: InstanceType): readonly Device[] =>
  instance.gpus
    .filter(({ manufacturer }) => manufacturer === 'NVIDIA')
    .flatMap(({ name, count, memoryMiB }) =>
      Array.from({ length: count || 1 }, () => ({ name, memoryMiB, fraction: count === 0 })),
    )

/** The largest variant whose memory the device has: EC2 calls both A100s alike. */
const modelOf = (device: Device): Model | undefined =>
  models.findLast((model) => model.ec2Name === device.name && (device.memoryMiB ?? 0) >= model.minApiMemoryMi)

/**
 * What NVIDIA's device plugin makes of a node's GPUs (k8s-device-plugin: replicas.go, device_map.go; MIG user guide 620).
 * @throws AmiproofError `gpu` where the hardware or the plugin refuses: no such profile, too many slices, mixed kinds under `single`, MPS on MIG.
 */
export const gpuSlots = (instance: InstanceType, density: GpuDensity = {}): GpuSlots => {
  const devices = devicesOf(instance)
  const [device] = devices
  if (!device) throw gpuRefusal(instance, 'it has no NVIDIA GPU')
  const model = modelOf(device)
  const layouts = density.mig ?? devices.map(() => density.everyGpu ?? null)
  if (layouts.length !== devices.length)
    throw gpuRefusal(instance, `it has ${devices.length} GPUs, and layouts are given for ${layouts.length}`)
  const warnings: string[] = []
  layouts.forEach((layout, index) => {
    if (layout) checkLayout(instance, device.name, model, layout, index)
  })
  const unshared = resourcesOf(instance, layouts, density.migStrategy ?? 'none', warnings)
  const withMig = layouts.some((layout) => layout !== null)
  const shared = share(instance, unshared, density, withMig, warnings)
  if (density.allocator === 'dra')
    warnings.push('with DRA each claim decides whether a GPU is shared: these slots are an upper bound')
  const perGpu = density.sharing?.strategy === 'mps' ? density.sharing.replicas['nvidia.com/gpu'] : undefined
  return {
    slots: shared,
    mpsClient:
      perGpu === undefined
        ? null
        : {
            memoryMi: Math.floor(
              ((!device.fraction && model?.smiMemoryMi) || (device.memoryMiB ?? 0)) / perGpu,
            ),
            threadsPercent: Math.floor(100 / perGpu),
          },
    warnings,
  }
}

const gpuRefusal = (instance: InstanceType, why: string) =>
  refusal('gpu', `cannot place GPU pods on ${instance.type}: ${why}`)

const checkLayout = (
  instance: InstanceType,
  name: string,
  model: Model | undefined,
  layout: Readonly<Record<string, number>>,
  index: number,
): void => {
  if (!model || model.profiles.length === 0) throw gpuRefusal(instance, `${name} is not MIG capable`)
  let compute = 0
  let memory = 0
  let mediaExtensions = 0
  for (const [profile, instances] of Object.entries(layout)) {
    wholeNumber(`mig[${index}]["${profile.slice(0, 40)}"]`, instances)
    const known = model.profiles.find((each) => each.name === profile)
    if (!known)
      throw gpuRefusal(
        instance,
        `${model.model} has no MIG profile ${JSON.stringify(profile.slice(0, 40))}, only ${model.profiles.map((each) => each.name).join(', ')}`,
      )
    if (instances > known.most) throw gpuRefusal(instance, `${profile}: ${instances} > max ${known.most}`)
    compute += instances * known.compute
    memory += instances * known.memory
    mediaExtensions += profile.includes('+me') ? instances : 0
  }
  if (compute > model.computeSlices || memory > model.memorySlices)
    throw gpuRefusal(
      instance,
      `GPU${index}: ${compute}/${model.computeSlices} compute, ${memory}/${model.memorySlices} memory slices`,
    )
  if (mediaExtensions > 1)
    throw gpuRefusal(instance, `GPU${index}: only one instance can have media extensions`)
}

const whole = 'nvidia.com/gpu'
const instancesIn = (layout: MigLayout): number =>
  Object.values(layout ?? {}).reduce((sum, instances) => sum + instances, 0)

const resourcesOf = (
  instance: InstanceType,
  layouts: readonly MigLayout[],
  strategy: 'none' | 'single' | 'mixed',
  warnings: string[],
): ReadonlyMap<string, number> => {
  const enabled = layouts.filter((layout) => layout !== null)
  if (enabled.length === 0) return new Map([[whole, layouts.length]])
  switch (strategy) {
    case 'none':
      warnings.push('strategy none hands out GPUs with MIG on as whole ones, which CUDA cannot use')
      return new Map([[whole, layouts.length]])
    case 'single': {
      if (enabled.length < layouts.length)
        throw gpuRefusal(
          instance,
          'single: all devices on the node must be configured with the same migEnabled value',
        )
      const kinds = new Set(
        enabled.flatMap((layout) => Object.keys(layout).filter((kind) => layout[kind] !== 0)),
      )
      if (kinds.size > 1) throw gpuRefusal(instance, 'single: more than one MIG device type present on node')
      if (enabled.some((layout) => instancesIn(layout) === 0))
        throw gpuRefusal(instance, 'single: a GPU has MIG on and no instance')
      return new Map([[whole, enabled.reduce((sum, layout) => sum + instancesIn(layout), 0)]])
    }
    case 'mixed': {
      const slots = new Map<string, number>()
      for (const layout of enabled) {
        if (instancesIn(layout) === 0) warnings.push('a GPU has MIG on and no instance: it serves nobody')
        for (const [profile, instances] of Object.entries(layout)) {
          const name = `nvidia.com/mig-${profile.replace('+', '.')}`
          if (instances > 0) slots.set(name, (slots.get(name) ?? 0) + instances)
        }
      }
      if (enabled.length < layouts.length) slots.set(whole, layouts.length - enabled.length)
      return slots
    }
    default:
      strategy satisfies never
      return new Map()
  }
}

/** NVIDIA's limit of MPS clients on one GPU since Volta. */
const mostMpsClients = 48

const share = (
  instance: InstanceType,
  slots: ReadonlyMap<string, number>,
  { sharing, allocator }: GpuDensity,
  withMig: boolean,
  warnings: string[],
): Readonly<Record<string, number>> => {
  if (!sharing) return Object.fromEntries(slots)
  if (allocator === 'dra')
    throw gpuRefusal(
      instance,
      "replicas are the device plugin's; DRA shares by claim, and both would count the same silicon twice",
    )
  if (sharing.strategy === 'mps' && withMig)
    throw gpuRefusal(instance, 'MPS sharing is not supported on devices with MIG enabled')
  const replicas = new Map(Object.entries(sharing.replicas))
  for (const [resource, number] of replicas) {
    if (!Number.isSafeInteger(number) || number < 2)
      throw gpuRefusal(
        instance,
        `number of replicas must be >= 2, and that of ${resource.slice(0, 60)} is ${number}`,
      )
    if (sharing.strategy === 'mps' && number > mostMpsClients)
      throw gpuRefusal(instance, `MPS serves at most ${mostMpsClients} clients on one GPU, not ${number}`)
    if (!slots.has(resource))
      warnings.push(`no device is called ${resource}: its replicas are skipped silently`)
  }
  return Object.fromEntries(
    [...slots].map(([resource, number]) => {
      const times = replicas.get(resource)
      return [times && sharing.renameByDefault ? `${resource}.shared` : resource, number * (times ?? 1)]
    }),
  )
}
