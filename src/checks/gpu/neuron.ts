import { trouble } from '../../facts/gpu/answer.ts'
import type { NeuronDevice } from '../../facts/gpu/neuron.ts'
import type { Facts } from '../../facts/index.ts'
import { AmiproofError } from '../../lib/errors.ts'
import { type Check, check, type Node, type Verdict } from '../check.ts'
import { all, each } from '../combine.ts'
import { trace } from '../trace.ts'
import { equal, expected, fail, none, pass } from '../verdict.ts'
import { ofNeuron } from './claim.ts'
import { type NeuronType, neuronType } from './tables.ts'

const where = 'neuron-ls --json-output'

const devicesOf = ({ neuronDevices }: Facts): readonly NeuronDevice[] => {
  if (neuronDevices.kind === 'answered') return neuronDevices.value
  throw new AmiproofError(
    `cannot tell which Neuron devices there are: ${trouble('neuron-ls', neuronDevices)}; repair that first (neuron/answers)`,
    { kind: 'fact', code: 'neuron-ls', op: 'read neuron-ls', blame: 'image' },
  )
}

const typed = (
  claim: Omit<Check, 'verify' | 'phase' | 'tags'> & {
    readonly judge: (node: Node, type: NeuronType) => Verdict
  },
): Check => {
  const { judge, ...rule } = claim
  return ofNeuron({
    ...rule,
    applies: (spec) => spec.image.variant === 'neuron' && neuronType(spec) !== undefined,
    unless: 'the spec names no instance type with Neuron devices',
    verify: (node) => {
      const type = neuronType(node.spec)
      if (!type) throw new Error('the check was asked about a type without Neuron devices')
      return judge(node, type)
    },
  })
}

export const answers = ofNeuron({
  id: 'neuron/answers',
  title: 'neuron-ls answers in time',
  severity: 'critical',
  verify: ({ facts }) => {
    const problem = trouble('neuron-ls', facts.neuronDevices)
    return problem === undefined ? pass() : fail(problem, 'an answer', where)
  },
  fix: 'Install aws-neuronx-tools, load the module neuron, and read what the kernel says of it.',
})

export const count = typed({
  id: 'neuron/count',
  title: 'neuron-ls lists as many devices as the instance type has',
  severity: 'critical',
  about: 'instance',
  judge: ({ facts }, { devices }) =>
    all(
      equal(devicesOf(facts).length, devices, where),
      equal(
        Object.keys(facts.gpuDevices.nodes).filter((path) => /^\/dev\/neuron\d+$/.test(path)).length,
        devices,
        '/dev/neuron*',
      ),
    ),
  fix: 'Read the kernel log for the device that is missing, and replace the instance.',
})

export const cores = typed({
  id: 'neuron/cores',
  title: 'Every Neuron device shows the cores that it has at the default size of logical cores',
  severity: 'critical',
  judge: ({ facts }, { cores }) =>
    each(devicesOf(facts), 'Neuron devices', where, ({ index, cores: found }) =>
      equal(found, cores, `device ${index}`),
    ),
  fix: 'Look at NEURON_LOGICAL_NC_CONFIG: trn2 shows four of its eight cores at the default of 2.',
})

export const loaded = ofNeuron({
  id: 'neuron/driver-loaded',
  title: 'The Neuron driver is loaded',
  severity: 'critical',
  verify: ({ facts }) =>
    none(
      ['neuron'].filter((name) => !facts.modules.loaded.includes(name)),
      'loaded',
      '/proc/modules',
    ),
  fix: 'Run `modprobe neuron`; the unit neuron-package-install.service chooses the driver for the family at boot.',
})

export const driver = typed({
  id: 'neuron/driver-version',
  title: 'The Neuron driver is one that serves the devices of the instance type',
  severity: 'critical',
  judge: ({ facts }, { driver, name }) => {
    const version = facts.gpuDriver.modinfo.neuron?.version ?? ''
    const isOld = /^2\.21(\.|$)/.test(version)
    return expected(
      version !== '' && isOld === (driver === '2.21'),
      version,
      driver === '2.21' ? '2.21 for inf1' : `newer than 2.21 for ${name}`,
      'modinfo -F version neuron',
    )
  },
  fix: 'Inferentia of the first kind ends with aws-neuronx-dkms 2.21; everything later needs a newer one.',
})

export const links = typed({
  id: 'neuron/links',
  title: 'Every link between Neuron devices is there from both ends, and no device has fewer than another',
  severity: 'high',
  about: 'instance',
  judge: ({ facts }) => {
    const devices = devicesOf(facts)
    const byIndex = new Map(devices.map((one) => [one.index, one]))
    const most = Math.max(0, ...devices.map(({ connected }) => connected.length))
    return all(
      none(
        devices.flatMap(({ index, connected }) =>
          connected
            .filter((other) => !byIndex.get(other)?.connected.includes(index))
            .map((other) => `${index} to ${other}`),
        ),
        'links that both ends list',
        where,
      ),
      none(
        devices
          .filter(({ connected }) => connected.length < most)
          .map(({ index, connected }) => `device ${index}: ${connected.length}`),
        `${most} links of each device`,
        where,
      ),
    )
  },
  fix: 'Replace the instance: collectives would take another way or fail.',
})

export const hardware = ofNeuron({
  id: 'neuron/no-hardware-error',
  title: 'The kernel has logged no hardware error of a Neuron device',
  severity: 'critical',
  about: 'instance',
  verify: ({ facts }) => none(facts.gpuKernelLog.neuron, 'no NEURON_HW_ERR', 'journalctl -k -b'),
  fix: 'Replace the instance, as the message asks for.',
})

export const counters = ofNeuron({
  id: 'neuron/no-memory-error',
  title: 'No Neuron device has met a memory error that could not be corrected',
  severity: 'critical',
  about: 'instance',
  verify: ({ facts }) =>
    each(
      Object.entries(facts.neuronCounters),
      'counters',
      '/sys/devices/virtual/neuron_device',
      ([path, count]) => equal(count, '0', path),
    ),
  fix: 'Replace the instance: work on this device may have been wrong.',
})

export const monitor = ofNeuron({
  id: 'neuron/monitor',
  title: 'neuron-monitor reports without an error',
  severity: 'medium',
  verify: ({ facts }) => {
    const problem = trouble('neuron-monitor', facts.neuronMonitor)
    if (problem !== undefined || facts.neuronMonitor.kind !== 'answered')
      return fail(problem, 'a report', 'neuron-monitor')
    return none(
      Object.entries(facts.neuronMonitor.value).flatMap(([part, error]) =>
        error === '' ? [] : [`${part}: ${error}`],
      ),
      'no error',
      'neuron-monitor',
    )
  },
  fix: 'Install aws-neuronx-tools of the driver’s release.',
})

const ofImage = (claim: Omit<Check, 'phase' | 'tags' | 'applies' | 'unless' | 'controls'>): Check =>
  check({
    phase: 'image',
    tags: ['gpu', 'neuron'],
    controls: trace('RD-18'),
    applies: ({ image }) => image.variant === 'neuron',
    unless: 'the image is not one for Neuron',
    ...claim,
  })

export const tools = ofImage({
  id: 'neuron/tools',
  title: 'The image has the Neuron tools',
  severity: 'high',
  verify: ({ facts }) =>
    none(
      ['aws-neuronx-tools', 'aws-neuronx-dkms'].filter(
        (name) => !facts.packages.some((one) => one.name === name),
      ),
      'both installed',
      'rpm -q aws-neuronx-tools aws-neuronx-dkms',
    ),
  fix: 'Install aws-neuronx-dkms and aws-neuronx-tools when the image is built.',
})

export const noNvidia = ofImage({
  id: 'neuron/no-nvidia',
  title: 'An image for Neuron carries no NVIDIA driver',
  severity: 'medium',
  verify: ({ facts }) =>
    none(
      facts.packages.map(({ name }) => name).filter((name) => /^(nvidia|kmod-nvidia|libnvidia)/.test(name)),
      'no package of NVIDIA',
      'rpm -qa',
    ),
  fix: 'Build the image from the Neuron recipe; a stray driver slows the boot and fails it.',
})
