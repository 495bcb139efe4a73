import type { NodeSpec } from '../../spec/node-spec.ts'
import { hasGpu } from './claim.ts'
import { nvidiaType } from './tables.ts'

/**
 * Units that fail on a good node, because the image for GPUs enables them on every instance type: the fabric manager ends where there is no
 * NVSwitch (NV_WARN_NOTHING_TO_DO), and without a GPU nvidia-kmod-load.sh returns at top level under errexit, and what follows it fails.
 */
export const failsByDesign = (spec: NodeSpec): readonly string[] => {
  if (spec.image.variant !== 'nvidia') return []
  const type = nvidiaType(spec)
  if (type) return type.fabricManager === 'required' ? [] : ['nvidia-fabricmanager.service']
  return hasGpu(spec)
    ? []
    : [
        'nvidia-kmod-load.service',
        'nvidia-persistenced.service',
        'nvidia-fabricmanager.service',
        'set-nvidia-clocks.service',
        'nvidia-cdi-refresh.service',
      ]
}
