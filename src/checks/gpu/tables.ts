import type { NodeSpec } from '../../spec/node-spec.ts'
import cudaDrivers from './cuda-drivers.json' with { type: 'json' }
import models from './models.json' with { type: 'json' }
import neuronTypes from './neuron-types.json' with { type: 'json' }
import nvidiaTypes from './nvidia-types.json' with { type: 'json' }
import xids from './xids.json' with { type: 'json' }

/**
 * What an EC2 instance type with NVIDIA GPUs is. Compiled from DescribeInstanceTypes, amazon-eks-ami (nvidia-kmod-load.sh, doc/usage/g7-ami.md)
 * and NVIDIA's guides; p3 and p6e rest on fewer sources.
 */
export interface NvidiaType {
  readonly type: string
  readonly model: string
  /** Devices that the guest sees: a fraction of a GPU is one. */
  readonly count: number
  /** What EC2 says of each, which is not what nvidia-smi says. */
  readonly memoryMiB: number | null
  /** Product name where it is not that of the model: virtual GPUs. */
  readonly product: string | null
  readonly vgpu: boolean
  /** `required`, `never`, `unknown`. */
  readonly fabricManager: string
  /** Whether NVLink 5 needs its subnet manager. */
  readonly nvlsm: boolean
  readonly imex: boolean
  /** NVLinks of each GPU. */
  readonly links: number
  /** What nvidia-smi topo says between any two GPUs; null where they differ or no link is expected. */
  readonly topology: string | null
  /** The kernel modules that the EKS image loads: `open`, `proprietary`. */
  readonly flavour: string
  /** What the EKS image makes of GSP firmware: `on`, `off`, `unknown`. */
  readonly gsp: string
  readonly minBranch: number | null
  readonly maxBranch: number | null
  /** EFA interfaces that the type can have. */
  readonly efa: number
}

export interface GpuModel {
  readonly model: string
  readonly architecture: string
  /** PCI device ids in capitals. Empty: not known. */
  readonly pci: readonly string[]
  /** `either`, `open`, `proprietary`: the kernel modules that can drive it. */
  readonly modules: string
  readonly gsp: boolean
  readonly remapsRows: boolean
  readonly retiresPages: boolean
  /** MIG profiles; empty: it has no MIG, or its profiles are not known. */
  readonly mig: readonly string[]
  readonly migDriver: string | null
}

export interface NeuronType {
  readonly type: string
  readonly name: string
  readonly devices: number
  /** Cores of each device that neuron-ls shows at the default size of logical cores. */
  readonly cores: number
  /** `2.21`: the last driver that serves it; `newer`: only later ones do. */
  readonly driver: string
  readonly efa: number
}

export interface XidRule {
  readonly xid: number
  readonly name: string
  /** NVIDIA's immediate action. */
  readonly action: string
  /** `critical`, `high`, `medium`, `low`, `parse-text`. */
  readonly gate: string
  /** Whether a wrong program can cause it. */
  readonly application: boolean
}

const byType = new Map<string, NvidiaType>(nvidiaTypes.map((one) => [one.type, one]))
const byNeuronType = new Map<string, NeuronType>(neuronTypes.map((one) => [one.type, one]))
const byModel = new Map<string, GpuModel>(models.map((one) => [one.model, one]))
const byXid = new Map<number, XidRule>(xids.map((one) => [one.xid, one]))

/** The GPUs that the spec's instance type has; undefined where the spec names none that the table knows. */
export const nvidiaType = ({ instance }: NodeSpec): NvidiaType | undefined =>
  instance && byType.get(instance.type)

export const neuronType = ({ instance }: NodeSpec): NeuronType | undefined =>
  instance && byNeuronType.get(instance.type)

/** The model of a type's GPUs; every type of the table has one, which a test holds. */
export const modelOf = ({ model }: NvidiaType): GpuModel => {
  const found = byModel.get(model)
  if (!found) throw new Error(`the table of models has no ${model}`)
  return found
}

/** Every type and every model, for tests of the tables. */
export const tables = {
  nvidia: [...byType.values()],
  neuron: [...byNeuronType.values()],
  models: [...byModel.values()],
}

/** What NVIDIA's catalogue and the gate make of an Xid; undefined: NVIDIA lists no such number. */
export const xidRule = (code: number): XidRule | undefined => byXid.get(code)

/** The least driver branch for a major version of CUDA (CUDA compatibility, minor version table); undefined where none is listed. */
export const leastDriver = (cudaMajor: number): number | undefined =>
  cudaDrivers.find(({ cuda }) => cuda === cudaMajor)?.driver
