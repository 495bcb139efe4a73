import { once } from '../../lib/lazy.ts'
import { yaml } from '../../lib/yaml.ts'
import { zod } from '../../lib/zod.ts'

/** What NVIDIA's device plugin was told, as far as it changes what a node offers. */
export interface DevicePluginConfig {
  readonly migStrategy: 'none' | 'single' | 'mixed' | undefined
  readonly sharing:
    | {
        readonly strategy: 'time-slicing' | 'mps'
        readonly renameByDefault: boolean
        readonly replicas: Readonly<Record<string, number>>
      }
    | undefined
}

const configShape = once(() => {
  const z = zod()
  const Shared = z.object({
    renameByDefault: z.boolean().nullish(),
    resources: z.array(z.object({ name: z.string(), replicas: z.number() })).nullish(),
  })
  return z.object({
    version: z.string().optional(),
    flags: z.object({ migStrategy: z.enum(['none', 'single', 'mixed']).nullish() }).nullish(),
    sharing: z.object({ timeSlicing: Shared.nullish(), mps: Shared.nullish() }).nullish(),
  })
})

/** Reads a configuration of NVIDIA's device plugin. Where an `mps` key exists it wins over `timeSlicing` (k8s-device-plugin, replicas.go). */
export const readDevicePluginConfig = (text: string): DevicePluginConfig => {
  const { flags, sharing } = configShape().parse(yaml().parse(text) ?? {})
  const chosen = sharing?.mps ?? sharing?.timeSlicing
  return {
    migStrategy: flags?.migStrategy ?? undefined,
    sharing: chosen?.resources?.length
      ? {
          strategy: sharing?.mps ? 'mps' : 'time-slicing',
          renameByDefault: chosen.renameByDefault ?? false,
          replicas: Object.fromEntries(chosen.resources.map(({ name, replicas }) => [name, replicas])),
        }
      : undefined,
  }
}

const checkpointShape = once(() => {
  const z = zod()
  return z.object({
    Data: z.object({ RegisteredDevices: z.record(z.string(), z.array(z.string()).nullable()).nullish() }),
  })
})

/** Devices by resource name in /var/lib/kubelet/device-plugins/kubelet_internal_checkpoint: what plugins registered with the kubelet. */
export const readCheckpoint = (text: string): Readonly<Record<string, number>> => {
  const { Data } = checkpointShape().parse(JSON.parse(text))
  return Object.fromEntries(
    Object.entries(Data.RegisteredDevices ?? {}).map(([name, devices]) => [name, devices?.length ?? 0]),
  )
}
