import type { KubeletInputs } from './kubelet.ts'
import { hasDropIn } from './kubelet-drop-in.ts'
import { kubeletArguments } from './kubelet-flags.ts'
import { atLeast } from './kubelet-version.ts'

export const kubeletEnvironmentPath = '/etc/eks/kubelet/environment'

/** Variables besides the arguments: before 1.30 the drop-in directory is alpha and wants this one. */
export const kubeletVariables = (inputs: KubeletInputs): Readonly<Record<string, string>> =>
  hasDropIn(inputs) && !atLeast(inputs.version, 'v1.30.0') ? { KUBELET_CONFIG_DROPIN_DIR_ALPHA: 'on' } : {}

/** The text of /etc/eks/kubelet/environment, which kubelet.service reads. nodeadm's order is random; ours is sorted by name. */
export const renderKubeletEnvironment = (inputs: KubeletInputs): string =>
  Object.entries({ ...kubeletVariables(inputs), NODEADM_KUBELET_ARGS: kubeletArguments(inputs) })
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')
