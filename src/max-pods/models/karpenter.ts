import { type InstanceType, requireLimits } from '../instance-type.ts'
import { type Reserved, reservedCpuMillicores, reservedMemoryMi } from '../reserved.ts'

const mebibyte = 1_048_576

/** The knobs of an EC2NodeClass and of Karpenter's own settings that decide how many pods and how much memory it expects. */
export interface KarpenterOptions {
  /** `AL2`, `AL2023`, `Bottlerocket`, `Custom`, `Windows2022`, … Default AL2023. */
  readonly amiFamily?: string
  /** --reserved-enis. */
  readonly reservedEnis?: number
  /** EFA-only interfaces on the default card. */
  readonly efaOnlyEnis?: number
  readonly maxPods?: number | null
  /** 0 or null: unset. */
  readonly podsPerCore?: number | null
  /** A fraction despite its name. Default 0.075. */
  readonly vmMemoryOverheadPercent?: number
  /** memory.available: `100Mi`, `5%`. Default 100Mi; 100% switches it off. */
  readonly evictionHardMemory?: string | null
}

/** What Karpenter assumes of a node before it launches it. */
export interface KarpenterNode {
  readonly pods: number
  readonly reserved: Reserved
  readonly memoryCapacityMi: number
  readonly evictionMemoryBytes: number
  readonly allocatableMemoryBytes: number
  /** Branch ENIs for pods with security groups; 0 where Karpenter does not know the type. */
  readonly podEni: number
}

/** What Karpenter believes of a node before it has seen one (pkg/providers/instancetype/types.go, 1d927085). */
export const karpenterNode = (instance: InstanceType, options: KarpenterOptions = {}): KarpenterNode => {
  const { maxEnis, ipv4PerEni, vcpus, memoryMiB } = requireLimits(instance)
  const family = options.amiFamily ?? 'AL2023'
  /** 0, not 2, where no ENI is left. */
  const eniLimited = (reserved: number): number => {
    const enis = Math.max(maxEnis - reserved - (options.efaOnlyEnis ?? 0), 0)
    return enis === 0 ? 0 : enis * (ipv4PerEni - 1) + 2
  }
  const unlimited = family.startsWith('Windows') ? 110 : eniLimited(options.reservedEnis ?? 0)
  const wanted = options.maxPods ?? unlimited
  const perCore = family === 'Bottlerocket' ? 0 : (options.podsPerCore ?? 0)
  const pods = perCore > 0 ? Math.min(perCore * vcpus, wanted) : wanted
  // It mirrors the AMI here, which knows nothing of reserved ENIs or of the node class's maxPods (#8205).
  const mirrorsAmi = family === 'AL2' || family === 'AL2023' || family === 'Custom'
  const reserved = {
    cpuMillicores: reservedCpuMillicores(vcpus * 1000),
    memoryMi: reservedMemoryMi(mirrorsAmi ? eniLimited(0) : pods),
  }
  const size = memoryMiB - (instance.arch.length === 1 && instance.arch[0] === 'arm64' ? 64 : 0)
  const overhead = Math.ceil((size * mebibyte * (options.vmMemoryOverheadPercent ?? 0.075)) / mebibyte)
  const memoryCapacityMi = size - overhead
  const evictionMemoryBytes = evictionBytes(
    options.evictionHardMemory ?? '100Mi',
    memoryCapacityMi * mebibyte,
  )
  return {
    pods,
    reserved,
    memoryCapacityMi,
    evictionMemoryBytes,
    allocatableMemoryBytes: (memoryCapacityMi - reserved.memoryMi) * mebibyte - evictionMemoryBytes,
    podEni: instance.sources.includes('k') ? (instance.branchInterfaces ?? 0) : 0,
  }
}

/** A percentage is of the capacity after overhead, rounded up; 100% means off. */
const evictionBytes = (signal: string, capacityBytes: number): number => {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(signal)?.[1]
  if (percent !== undefined)
    return Number(percent) === 100 ? 0 : Math.ceil((capacityBytes / 100) * Number(percent))
  const units: Readonly<Record<string, number>> = { Ki: 1024, Mi: mebibyte, Gi: 1024 * mebibyte, '': 1 }
  const [, number = '0', unit = ''] = /^(\d+)(Ki|Mi|Gi)?$/.exec(signal) ?? []
  return Number(number) * (units[unit] ?? 1)
}
