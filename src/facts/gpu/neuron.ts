import { once } from '../../lib/lazy.ts'
import { zod } from '../../lib/zod.ts'
import { lines } from '../text.ts'

export interface NeuronDevice {
  readonly index: number
  readonly cores: number
  /** Bytes. */
  readonly memory: number | undefined
  /** Devices that it has links to. */
  readonly connected: readonly number[]
  readonly logicalCoreSize: number | undefined
}

const listingShape = once(() => {
  const z = zod()
  const Device = z.object({
    neuron_device: z.int(),
    nc_count: z.int(),
    memory_size: z.number().optional(),
    connected_to: z.array(z.int()).nullish(),
    logical_neuroncore_config: z.int().optional(),
  })
  return z.union([z.array(Device), z.object({ neuron_devices: z.array(Device) })])
})

/** Reads `neuron-ls --json-output`: a list of devices, or the list below `neuron_devices`. */
export const readNeuronJson = (text: string): readonly NeuronDevice[] => {
  const found = listingShape().parse(JSON.parse(text))
  const devices = 'neuron_devices' in found ? found.neuron_devices : found
  return devices.map((one) => ({
    index: one.neuron_device,
    cores: one.nc_count,
    memory: one.memory_size,
    connected: one.connected_to ?? [],
    logicalCoreSize: one.logical_neuroncore_config,
  }))
}

const gib = 1024 ** 3

/** Reads the table of `neuron-ls` for people, e.g. as the documentation shows it; of several tables the first. */
export const readNeuronTable = (text: string): readonly NeuronDevice[] => {
  const all = lines(text).map((line) => line.trim())
  const size = all
    .map((line) => /^logical-neuroncore-config: (\d+)$/.exec(line)?.[1])
    .find((one) => one !== undefined)
  const head = all.findIndex((line) => /^\|\s*DEVICE\s*\|\s*CORES\s*\|/.test(line))
  if (head < 0) throw new Error('no heading names DEVICE and CORES: this is no neuron-ls')
  const heading = (all[head] ?? '').split('|').map((cell) => cell.trim())
  const memoryAt = (all[head] ?? '').includes('MEMORY') ? heading.indexOf('MEMORY') : -1
  const connectedAt = heading.indexOf('DEVICES')
  const devices: NeuronDevice[] = []
  for (const line of all.slice(head + 1)) {
    if (!/^[|+]/.test(line)) break
    const cells = line.split('|').map((cell) => cell.trim())
    if (!/^\d+$/.test(cells[1] ?? '')) continue
    const amount = /^(\d+) GB$/.exec(cells[memoryAt] ?? '')?.[1]
    devices.push({
      index: Number(cells[1]),
      cores: Number(cells[2]),
      memory: amount === undefined ? undefined : Number(amount) * gib,
      connected: (cells[connectedAt] ?? '')
        .split(',')
        .flatMap((word) => (/^\s*\d+\s*$/.test(word) ? [Number(word)] : [])),
      logicalCoreSize: size === undefined ? undefined : Number(size),
    })
  }
  if (devices.length === 0) throw new Error('the table of neuron-ls has no row')
  return devices
}
