import { gpuContainers } from './container-toolkit.ts'
import { gpuDevices } from './devices.ts'
import { gpuDcgm } from './diagnostics.ts'
import { gpuDriver } from './driver.ts'
import { efaFabric } from './efa-node.ts'
import { gpuFabric } from './fabric.ts'
import { gpuKernelLog } from './log.ts'
import { gpuMig } from './mig.ts'
import { neuronCounters, neuronDevices, neuronMonitor } from './neuron-node.ts'
import { gpuList, gpuNvlink, gpuSmi, gpuSmiVersion, gpuTopology } from './nvidia-smi.ts'
import { gpuDevicePlugin } from './plugin.ts'

/** Accelerators: each tool has a probe of its own, so that one that hangs spoils only its readers. */
export const accelerators = {
  efaFabric,
  gpuContainers,
  gpuDcgm,
  gpuDevicePlugin,
  gpuDevices,
  gpuDriver,
  gpuFabric,
  gpuKernelLog,
  gpuList,
  gpuMig,
  gpuNvlink,
  gpuSmi,
  gpuSmiVersion,
  gpuTopology,
  neuronCounters,
  neuronDevices,
  neuronMonitor,
}
