import type { Capability } from '../result/result.ts'
import { derive } from './derive.ts'
import { cgroupVersion } from './mounts.ts'

/** CAP_SYS_MODULE (include/uapi/linux/capability.h). */
const sysModule = 1n << 16n

/**
 * What the node really has, as measured; a rule that needs more is unproven here, whatever the target declared.
 * A container shares its host's kernel, so it shows neither a kernel of its own nor which modules the image can load.
 */
export const capabilities = derive((facts): readonly Capability[] => {
  const place = facts.surroundings
  const own = place.container === ''
  const has: Readonly<Record<Capability, boolean>> = {
    systemd: place.systemdRunning,
    cgroup2: cgroupVersion(facts.mounts) === 2,
    kernel: own,
    modules: own && facts.modules.forRunningKernel && (place.boundingSet & sysModule) !== 0n,
    boot: own && place.systemdRunning,
    selinux: own && place.selinuxEnforce !== '',
    imds: place.imdsStatus === '200',
    network: place.hasDefaultRoute,
    'instance-store': place.nvmeModels.some((model) => model.includes('Instance Storage')),
    // A machine of its own has to have one, so that a missing kubelet is a failure there.
    kubelet: own || place.hasKubelet,
    gpu: place.pciVendors.includes('0x10de'),
  }
  return capabilityNames.filter((name) => has[name])
})

const capabilityNames: readonly Capability[] = [
  'systemd',
  'cgroup2',
  'kernel',
  'modules',
  'boot',
  'selinux',
  'imds',
  'network',
  'instance-store',
  'kubelet',
  'gpu',
]
