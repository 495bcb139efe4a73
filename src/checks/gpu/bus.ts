import { gpusOnBus } from '../../facts/gpu/devices.ts'
import { all, each } from '../combine.ts'
import { equal, fail, oneOf, pass } from '../verdict.ts'
import { ofGpu, ofType } from './claim.ts'
import { modelOf } from './tables.ts'

/** An instance without its GPU is no target that lacks the capability: it is the finding. */
const aMachine = ['kernel'] as const

export const count = ofType({
  id: 'gpu/count',
  title: 'The PCI bus has as many NVIDIA GPUs as the instance type',
  severity: 'critical',
  about: 'instance',
  needs: aMachine,
  types: 'with NVIDIA GPUs',
  judge: ({ facts }, { count, type }) =>
    equal(gpusOnBus(facts.gpuDevices).length, count, `lspci -d 10de: on ${type}`),
  fix: 'End the instance and launch another; if it repeats, another type was launched than the spec says.',
})

export const model = ofType({
  id: 'gpu/model',
  title: 'Every GPU on the bus is of the model that the instance type has',
  severity: 'critical',
  about: 'instance',
  types: 'whose PCI ids are known',
  when: (type) => modelOf(type).pci.length > 0,
  judge: ({ facts }, type) =>
    each(gpusOnBus(facts.gpuDevices), 'GPUs on the bus', '/sys/bus/pci/devices', ({ address, device }) =>
      oneOf(device.slice(2).toUpperCase(), modelOf(type).pci, address),
    ),
  fix: 'Launch the type that the spec names; if AWS changed the hardware, correct the table of models.',
})

export const bound = ofGpu({
  id: 'gpu/bound',
  title: 'The nvidia driver has every GPU on the bus',
  severity: 'critical',
  verify: ({ facts }) =>
    each(gpusOnBus(facts.gpuDevices), 'GPUs on the bus', '/sys/bus/pci/devices', ({ address, driver }) =>
      equal(driver || 'none', 'nvidia', address),
    ),
  fix: 'Blacklist nouveau and rebuild the initramfs; read the journal of nvidia-kmod-load and the kernel log for why nvidia did not bind.',
})

/** Major number of the character devices of the driver (devices.txt of the kernel). */
const major = 195

export const nodes = ofGpu({
  id: 'gpu/device-nodes',
  title: 'Each GPU and the driver itself can be opened under /dev',
  severity: 'critical',
  verify: ({ facts }) => {
    const { nodes } = facts.gpuDevices
    const wanted = [
      ['/dev/nvidiactl', `${major}:255`],
      ...gpusOnBus(facts.gpuDevices).map((_, i) => [`/dev/nvidia${i}`, `${major}:${i}`]),
    ]
    return all(
      ...wanted.map(([path = '', numbers = '']) => {
        const node = nodes[path]
        return equal(
          node && `${node.kind} ${node.major}:${node.minor} ${node.mode}`,
          `character ${numbers} 666`,
          path,
        )
      }),
      ...['/dev/nvidia-uvm', '/dev/nvidia-uvm-tools'].map((path) =>
        equal(nodes[path] && `${nodes[path].kind} ${nodes[path].mode}`, 'character 666', path),
      ),
    )
  },
  fix: 'Run `nvidia-modprobe -c0 -u` at boot, before containerd; the container toolkit does it too when it may.',
})

export const links = ofGpu({
  id: 'gpu/device-links',
  title:
    'Device nodes of the driver are linked in /dev/char, so containers keep their GPU when systemd reloads',
  severity: 'high',
  verify: ({ facts }) =>
    each(
      Object.entries(facts.gpuDevices.nodes).filter(([path]) =>
        /^\/dev\/nvidia(ctl|\d+|-uvm|-uvm-tools)$/.test(path),
      ),
      'device nodes of the driver',
      '/dev',
      ([path, { linked, major, minor }]) =>
        linked ? pass() : fail('no link', `/dev/char/${major}:${minor} leads to it`, path),
    ),
  fix: 'Run `nvidia-ctk system create-dev-char-symlinks --create-all` at boot, or give containers their GPUs by CDI alone.',
})

export const switches = ofType({
  id: 'gpu/nvswitch-nodes',
  title: 'NVSwitches can be opened under /dev, so the fabric manager can reach them',
  severity: 'medium',
  types: 'whose GPUs are joined by NVSwitches of NVLink 3 or 4',
  when: ({ fabricManager, nvlsm }) => fabricManager === 'required' && !nvlsm,
  judge: ({ facts }) =>
    equal(facts.gpuDevices.nodes['/dev/nvidia-nvswitchctl']?.kind, 'character', '/dev/nvidia-nvswitchctl'),
  fix: 'Look at what the kernel says of nvidia-nvswitch; not verified on EC2, where no capture shows these nodes.',
})

export const capabilities = ofGpu({
  id: 'gpu/mig-nodes',
  title: 'Where MIG is on, its capabilities can be opened under /dev/nvidia-caps',
  severity: 'high',
  verify: ({ facts }) => {
    const mig = facts.gpuMig.kind === 'answered' ? facts.gpuMig.value : { instances: [], compute: [] }
    const parts = mig.instances.length + mig.compute.length
    if (parts === 0) return pass('no MIG instance')
    const found = Object.keys(facts.gpuDevices.nodes).filter((path) =>
      path.startsWith('/dev/nvidia-caps/nvidia-cap'),
    )
    const wanted = parts + 2
    return found.length >= wanted
      ? pass(found.length)
      : fail(found.length, `at least ${wanted}`, '/dev/nvidia-caps')
  },
  fix: 'Run `nvidia-modprobe -f` for each file of /proc/driver/nvidia/capabilities after the instances were created.',
})

export const gdr = ofGpu({
  id: 'gpu/gdrcopy-node',
  title: 'Where GDRCopy is loaded, it can be opened under /dev',
  severity: 'low',
  verify: ({ facts }) =>
    facts.modules.loaded.includes('gdrdrv')
      ? equal(facts.gpuDevices.nodes['/dev/gdrdrv']?.kind, 'character', '/dev/gdrdrv')
      : pass('gdrdrv is not loaded'),
  fix: 'Start gdrcopy.service, which makes the node; or leave gdrdrv out of the image.',
})
