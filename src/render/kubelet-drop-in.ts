import { goJson } from '../lib/json.ts'
import { type KubeletInputs, kubeletTypeMeta } from './kubelet.ts'

/** Whether the user configured anything: `{}` writes no drop-in and gives no --config-dir. */
export const hasUserConfig = (inputs: KubeletInputs): boolean =>
  Object.keys(inputs.kubelet?.config ?? {}).length > 0

/**
 * The user's kubelet configuration as the drop-in holds it: with apiVersion and kind, which the kubelet requires of each drop-in, unless
 * the user says otherwise. Numbers are float64, as in nodeadm.
 */
export const kubeletDropIn = (inputs: KubeletInputs): Readonly<Record<string, unknown>> =>
  Object.fromEntries([
    ...Object.entries(kubeletTypeMeta),
    ...Object.entries(inputs.kubelet?.config ?? {}).map(([key, value]) => [key, asFloats(value)] as const),
  ])

/** Every integer as the float64 that Go's decoder makes of it: 9007199254740993 is 9007199254740992. */
const asFloats = (value: unknown): unknown => {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(asFloats)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asFloats(item)]))
}

/** The text of 40-nodeadm.conf: four spaces, keys sorted, no final newline. */
export const renderKubeletDropIn = (inputs: KubeletInputs): string => goJson(kubeletDropIn(inputs), 4)
