import { efasOnBus } from '../../facts/gpu/devices.ts'
import { cardsOf } from '../../facts/gpu/efa.ts'
import type { Facts } from '../../facts/index.ts'
import { hasModule } from '../../facts/modules.ts'
import { check } from '../check.ts'
import { all } from '../combine.ts'
import { trace } from '../trace.ts'
import { equal, expected, manual, none, pass } from '../verdict.ts'
import { mostEfas, ofEfa } from './claim.ts'
import { nvidiaType } from './tables.ts'

const attached = ({ gpuDevices }: Facts): number => efasOnBus(gpuDevices).length

/** Some types list other verbs devices too; Amazon's are named after their place on the bus. */
const verbs = ({ gpuDevices }: Facts): readonly string[] =>
  Object.entries(gpuDevices.infiniband)
    .filter(([name, driver]) => driver === 'efa' || /^rdmap/.test(name))
    .map(([name]) => name)

export const count = ofEfa({
  id: 'efa/attached',
  title: 'The instance has the EFA interfaces that its type can have',
  severity: 'high',
  verify: ({ facts, spec }) => {
    const [found, most] = [attached(facts), mostEfas(spec)]
    return found < most && found >= 0
      ? manual(`${found} of ${most} EFA interfaces are attached: compare with the launch template`)
      : equal(found, most, 'lspci -d 1d0f:')
  },
  fix: 'Give the launch template network interfaces with InterfaceType efa or efa-only, one for each network card.',
})

export const driver = ofEfa({
  id: 'efa/driver',
  title: 'The driver of every attached EFA is loaded, with the verbs that programs use',
  severity: 'critical',
  verify: ({ facts }) =>
    attached(facts) === 0
      ? pass('no EFA is attached')
      : none(
          ['efa', 'ib_uverbs', 'ib_core'].filter((name) => !hasModule(facts.modules, name)),
          'all loaded',
          '/proc/modules',
        ),
  fix: 'Run `modprobe efa`; where the module was built by DKMS, look at gpu-driver/dkms.',
})

export const devices = ofEfa({
  id: 'efa/devices',
  title: 'Every attached EFA can be opened by programs',
  severity: 'critical',
  verify: ({ facts }) => {
    const nodes = Object.keys(facts.gpuDevices.nodes).filter((path) =>
      /^\/dev\/infiniband\/uverbs\d+$/.test(path),
    )
    return all(
      equal(verbs(facts).length, attached(facts), '/sys/class/infiniband'),
      expected(
        nodes.length >= attached(facts),
        nodes,
        `at least ${attached(facts)}`,
        '/dev/infiniband/uverbs*',
      ),
    )
  },
  fix: 'Read what the kernel says of efa; p5en needs seconds after boot until all are there.',
})

export const fabric = ofEfa({
  id: 'efa/libfabric',
  title: 'libfabric offers every attached EFA, where the image has it',
  severity: 'critical',
  verify: ({ facts }) => {
    const { installed, endpoints } = facts.efaFabric
    if (!installed) return pass('the host has no libfabric: containers bring their own')
    return equal(cardsOf(endpoints).length, attached(facts), 'fi_info -p efa: distinct domains')
  },
  fix: 'fi_getinfo: -61 means that no card answered: see efa/driver, and the security group that must allow all traffic to itself.',
})

export const peerMemory = ofEfa({
  id: 'efa/peer-memory',
  title: 'The network can reach GPU memory without a copy',
  severity: 'high',
  applies: (spec) => mostEfas(spec) > 0 && /^p[456]/.test(nvidiaType(spec)?.type ?? ''),
  unless: 'the spec names no instance type whose GPUs talk through EFA (p4, p5, p6)',
  verify: ({ facts }) => {
    const loaded = ['efa_nv_peermem', 'nvidia_peermem'].filter((name) => facts.modules.loaded.includes(name))
    const flavour = facts.gpuDriver.loaded?.flavour ?? 'not loaded'
    return expected(
      loaded.length > 0 || flavour === 'open',
      { loaded, flavour },
      'a peer memory module or the open modules',
      '/proc/modules',
    )
  },
  fix: 'Install efa-nv-peermem, or load the open modules, which share GPU memory by dmabuf.',
})

export const noPeerMemory = check({
  id: 'efa/no-stray-peer-memory',
  title: 'An image without GPUs does not try to load their driver for EFA',
  phase: 'image',
  severity: 'high',
  tags: ['gpu', 'efa'],
  controls: trace('RD-18'),
  applies: ({ image }) => image.variant === 'neuron',
  unless: 'the image is one for GPUs, or is not accelerated',
  verify: ({ facts }) =>
    none(
      facts.packages.map(({ name }) => name).filter((name) => name === 'efa-nv-peermem'),
      'no efa-nv-peermem',
      'rpm -q efa-nv-peermem',
    ),
  fix: 'Leave efa-nv-peermem out of the image: it loads nvidia at boot and fails.',
})

export const ptrace = ofEfa({
  id: 'efa/ptrace',
  title: 'Processes of one node may reach each other’s memory, as EFA’s shared memory does',
  severity: 'medium',
  verify: ({ facts }) =>
    attached(facts) === 0
      ? pass('no EFA is attached')
      : equal(facts.sysctl['kernel.yama.ptrace_scope'] ?? '0', '0', 'kernel.yama.ptrace_scope'),
  fix: 'Set kernel.yama.ptrace_scope = 0 in a file of /etc/sysctl.d.',
})

export const idleStates = ofEfa({
  id: 'efa/idle-states',
  title: 'Processors do not sleep so deeply that the network waits for them',
  severity: 'medium',
  applies: (spec) => mostEfas(spec) > 0 && spec.image.arch === 'x86_64',
  unless: 'the spec names no accelerated x86 instance type that can have EFA',
  verify: ({ facts }) =>
    attached(facts) === 0
      ? pass('no EFA is attached')
      : none(
          ['intel_idle.max_cstate=1', 'processor.max_cstate=1'].filter(
            (word) => !facts.cmdline.includes(word),
          ),
          'both on the kernel command line',
          '/proc/cmdline',
        ),
  fix: 'Add both words to the kernel command line when the image is built, as limit-c-states.sh of amazon-eks-ami does.',
})
