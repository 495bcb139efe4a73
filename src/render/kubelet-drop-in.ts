import { goJson } from '../lib/json.ts'
import { deepMerge } from '../lib/merge.ts'
import { type KubeletInputs, kubeletConfig, kubeletTypeMeta } from './kubelet.ts'

/**
 * How the user's kubelet configuration takes effect: as a drop-in that the kubelet merges (nodeadm's only way), merged into config.json,
 * or instead of it. Only the first lets the AMI's next default through, and only the last can take a default away.
 */
export type UserConfigMode = 'drop-in' | 'merge' | 'replace'

const userConfig = (inputs: KubeletInputs): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(inputs.kubelet?.config ?? {}).map(([key, value]) => [key, asFloats(value)] as const),
  )

const hasUserConfig = (inputs: KubeletInputs): boolean => Object.keys(inputs.kubelet?.config ?? {}).length > 0

/** Whether there is a drop-in: `{}` writes none and gives no --config-dir. */
export const hasDropIn = (inputs: KubeletInputs): boolean =>
  hasUserConfig(inputs) && (inputs.userConfig ?? 'drop-in') === 'drop-in'

/**
 * The text of config.json: four spaces, keys in nodeadm's order, no final newline; with the user's configuration in it where the mode says
 * so. Then too kubeReserved follows the computed number of pods and not the user's maxPods.
 */
export const renderKubeletConfig = (inputs: KubeletInputs): string => {
  const base = kubeletConfig(inputs)
  if (!hasUserConfig(inputs) || hasDropIn(inputs)) return goJson(base, 4, 'given')
  const user = userConfig(inputs)
  return goJson(deepMerge(inputs.userConfig === 'replace' ? kubeletTypeMeta : base, user), 4, 'given')
}

/**
 * The user's kubelet configuration as the drop-in holds it: with apiVersion and kind, which the kubelet requires of each drop-in, unless
 * the user says otherwise. Numbers are float64, as in nodeadm.
 */
export const kubeletDropIn = (inputs: KubeletInputs): Readonly<Record<string, unknown>> =>
  deepMerge(kubeletTypeMeta, userConfig(inputs))

/** Every integer as the float64 that Go's decoder makes of it: 9007199254740993 is 9007199254740992. */
const asFloats = (value: unknown): unknown => {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(asFloats)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asFloats(item)]))
}

/** The text of 40-nodeadm.conf: four spaces, keys sorted, no final newline. */
export const renderKubeletDropIn = (inputs: KubeletInputs): string => goJson(kubeletDropIn(inputs), 4)
