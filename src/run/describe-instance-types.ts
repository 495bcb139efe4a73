import { z } from 'zod'
import { AmiproofError } from '../lib/errors.ts'

const Memory = z.object({ SizeInMiB: z.number() })
const Device = z.object({
  Name: z.string(),
  Manufacturer: z.string().optional(),
  Count: z.number(),
  MemoryInfo: Memory.optional(),
})
const Neuron = Device.extend({ CoreInfo: z.object({ Count: z.number(), Version: z.number() }).optional() })
const Answer = z.object({
  InstanceTypes: z.array(
    z.object({
      InstanceType: z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/),
      CurrentGeneration: z.boolean(),
      SupportedUsageClasses: z.array(z.string()),
      BareMetal: z.boolean(),
      Hypervisor: z.string().optional(),
      ProcessorInfo: z.object({ SupportedArchitectures: z.array(z.string()) }),
      VCpuInfo: z.object({ DefaultVCpus: z.number() }),
      MemoryInfo: Memory,
      InstanceStorageInfo: z
        .object({
          TotalSizeInGB: z.number(),
          Disks: z.array(z.object({ Count: z.number(), Type: z.string() })),
          NvmeSupport: z.string(),
        })
        .optional(),
      NetworkInfo: z.object({
        MaximumNetworkInterfaces: z.number(),
        DefaultNetworkCardIndex: z.number().default(0),
        NetworkCards: z.array(
          z.object({ NetworkCardIndex: z.number().default(0), MaximumNetworkInterfaces: z.number() }),
        ),
        Ipv4AddressesPerInterface: z.number(),
        Ipv6AddressesPerInterface: z.number(),
        Ipv6Supported: z.boolean(),
        EfaInfo: z.object({ MaximumEfaInterfaces: z.number() }).optional(),
      }),
      GpuInfo: z
        .object({ Gpus: z.array(Device.extend({ GpuPartitionSize: z.number().optional() })) })
        .optional(),
      NeuronInfo: z.object({ NeuronDevices: z.array(Neuron) }).optional(),
      InferenceAcceleratorInfo: z.object({ Accelerators: z.array(Device) }).optional(),
      FpgaInfo: z.object({ Fpgas: z.array(Device) }).optional(),
      MediaAcceleratorInfo: z.object({ Accelerators: z.array(Device) }).optional(),
    }),
  ),
})
type Described = z.infer<typeof Answer>['InstanceTypes'][number]

/** A record of instance-types.json, as far as DescribeInstanceTypes has it; keys in the order of the file. */
export type DescribedType = ReturnType<typeof recordOf>

/**
 * Reads what `aws ec2 describe-instance-types --output json` prints.
 * @throws AmiproofError `describe-instance-types` naming the first thing that is not as EC2 writes it
 */
export const readDescribeInstanceTypes = (text: string): readonly DescribedType[] => {
  const answer = Answer.safeParse(parse(text))
  if (answer.success) return answer.data.InstanceTypes.map(recordOf)
  const [issue] = answer.error.issues
  throw mistake(`${issue?.path.join('.') || 'the document'}: ${issue?.message}`)
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw mistake('it is no JSON', cause)
  }
}

const mistake = (why: string, cause?: unknown): AmiproofError =>
  new AmiproofError(
    `cannot read the instance types: ${why}; give what \`aws ec2 describe-instance-types --output json\` prints`,
    { kind: 'config', code: 'describe-instance-types', op: 'read instance types', blame: 'user', cause },
  )

const recordOf = (type: Described) => {
  const { NetworkInfo: network, InstanceStorageInfo: storage } = type
  const cards = network.NetworkCards.toSorted((a, b) => a.NetworkCardIndex - b.NetworkCardIndex)
  const position = cards.findIndex((card) => card.NetworkCardIndex === network.DefaultNetworkCardIndex)
  const defaultCard = cards[position]
  if (!defaultCard) throw mistake(`${type.InstanceType} lacks its default network card`)
  return {
    type: type.InstanceType,
    vcpus: type.VCpuInfo.DefaultVCpus,
    memoryMiB: type.MemoryInfo.SizeInMiB,
    arch: type.ProcessorInfo.SupportedArchitectures,
    hypervisor: type.Hypervisor ?? 'none',
    bareMetal: type.BareMetal,
    currentGeneration: type.CurrentGeneration,
    maxEnis: defaultCard.MaximumNetworkInterfaces,
    ipv4PerEni: network.Ipv4AddressesPerInterface,
    ipv6PerEni: network.Ipv6AddressesPerInterface,
    ipv6: network.Ipv6Supported,
    defaultCard: position,
    networkCards: cards.map((card) => card.MaximumNetworkInterfaces),
    maxEnisAllCards: network.MaximumNetworkInterfaces,
    gpus: (type.GpuInfo?.Gpus ?? []).map((gpu) => ({
      manufacturer: gpu.Manufacturer ?? '',
      name: gpu.Name,
      count: gpu.Count,
      memoryMiB: gpu.MemoryInfo?.SizeInMiB ?? null,
      // EC2 lists a part of a GPU with count 0.
      ...(gpu.Count === 0 && gpu.GpuPartitionSize !== undefined && { partition: gpu.GpuPartitionSize }),
    })),
    accelerators: acceleratorsOf(type),
    efa: network.EfaInfo?.MaximumEfaInterfaces ?? 0,
    localNvme: storage
      ? {
          count: storage.Disks.reduce((sum, disk) => sum + disk.Count, 0),
          totalGB: storage.TotalSizeInGB,
          nvme: storage.NvmeSupport,
          media: storage.Disks[0]?.Type ?? '',
        }
      : null,
    usageClasses: type.SupportedUsageClasses.toSorted(),
  }
}

const acceleratorsOf = (type: Described) => [
  ...(type.NeuronInfo?.NeuronDevices ?? []).map((device) => ({
    kind: 'neuron',
    name: device.Name,
    count: device.Count,
    coresPerDevice: device.CoreInfo?.Count ?? 0,
    coreVersion: device.CoreInfo?.Version ?? 0,
    memoryMiB: device.MemoryInfo?.SizeInMiB ?? 0,
  })),
  ...(type.InferenceAcceleratorInfo?.Accelerators ?? []).map((device) => ({
    ...named('inference', device),
    memoryMiB: device.MemoryInfo?.SizeInMiB ?? 0,
  })),
  ...(type.FpgaInfo?.Fpgas ?? []).map((device) => named('fpga', device)),
  ...(type.MediaAcceleratorInfo?.Accelerators ?? []).map((device) => named('media', device)),
]

const named = (kind: string, device: z.infer<typeof Device>) => ({
  kind,
  name: device.Name,
  manufacturer: device.Manufacturer ?? '',
  count: device.Count,
})
