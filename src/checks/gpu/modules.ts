import { all } from '../combine.ts'
import { trace } from '../trace.ts'
import { equal, expected, fail, none, pass } from '../verdict.ts'
import { ofGpu, ofNvidiaImage, ofType } from './claim.ts'
import { branchOf } from './seen.ts'
import { modelOf } from './tables.ts'

export const loader = ofGpu({
  id: 'gpu-driver/loader',
  title: 'No unit that loads or tunes the NVIDIA driver has failed',
  severity: 'critical',
  verify: ({ facts }) =>
    all(
      ...['nvidia-kmod-load.service', 'set-nvidia-clocks.service', 'nvidia-cdi-refresh.service'].map(
        (name) => {
          const unit = facts.units[name]
          return unit === undefined || unit.LoadState === 'not-found'
            ? pass()
            : equal(unit.Result ?? 'success', 'success', name)
        },
      ),
    ),
  fix: 'Read `journalctl -b -u` of the unit that this result names. set-nvidia-clocks fails from branch 590 on, where application clocks are gone.',
})

export const modulesLoaded = ofGpu({
  id: 'gpu-driver/loaded',
  title: 'The kernel has loaded nvidia and nvidia_uvm',
  severity: 'critical',
  verify: ({ facts }) =>
    none(
      ['nvidia', 'nvidia_uvm'].filter((name) => !facts.modules.loaded.includes(name)),
      'both loaded',
      '/proc/modules',
    ),
  fix: 'Run `modprobe nvidia_uvm` and read what the kernel says; a module that was built for another kernel does not load.',
})

const blacklists = /(^|:)\s*(blacklist\s+nouveau|install\s+nouveau\s+\/bin\/(false|true))/

export const nouveau = ofNvidiaImage({
  id: 'gpu-driver/no-nouveau',
  title: 'nouveau is kept from taking the GPU before the NVIDIA driver does',
  severity: 'high',
  verify: ({ facts }) => {
    const { snippets } = facts.gpuDriver
    const isBlacklisted =
      snippets.some((line) => blacklists.test(line)) ||
      facts.cmdline.some((word) => /^(modprobe\.blacklist|rd\.driver\.blacklist)=.*nouveau/.test(word))
    return all(
      none(
        facts.modules.loaded.filter((name) => name === 'nouveau'),
        'not loaded',
        '/proc/modules',
      ),
      expected(
        isBlacklisted,
        'nothing keeps it away',
        'blacklist nouveau',
        '/etc/modprobe.d or the kernel command line',
      ),
    )
  },
  fix: 'Write `blacklist nouveau` into /etc/modprobe.d and rebuild the initramfs with dracut.',
})

export const flavour = ofType({
  id: 'gpu-driver/flavour',
  title: 'The loaded kernel modules are of the flavour that the EKS image chooses for the instance type',
  severity: 'critical',
  types: 'with NVIDIA GPUs',
  judge: ({ facts }, { flavour }) =>
    equal(facts.gpuDriver.loaded?.flavour, flavour, '/proc/driver/nvidia/version'),
  fix: 'Look at nvidia-kmod-load.sh and its list of devices: proprietary on g4dn, g5, g5g and p3, open elsewhere.',
})

export const legal = ofType({
  id: 'gpu-driver/flavour-possible',
  title: 'The loaded kernel modules can drive a GPU of this architecture',
  severity: 'critical',
  types: 'whose GPUs only one flavour of the modules can drive',
  when: (type) => modelOf(type).modules !== 'either',
  judge: ({ facts }, type) =>
    equal(
      facts.gpuDriver.loaded?.flavour,
      modelOf(type).modules,
      `/proc/driver/nvidia/version on ${modelOf(type).architecture}`,
    ),
  fix: 'Load the open modules on Blackwell and the proprietary ones on Volta; no setting makes the other flavour work.',
})

export const license = ofNvidiaImage({
  id: 'gpu-driver/license',
  title: 'The license of the module on disk is that of the flavour that is loaded',
  severity: 'medium',
  verify: ({ facts }) => {
    const { loaded, modinfo } = facts.gpuDriver
    const said = modinfo.nvidia?.license
    if (loaded === undefined || said === undefined) return pass('not both on disk and loaded')
    return equal(
      said === 'NVIDIA' ? 'proprietary' : 'open',
      loaded.flavour,
      `modinfo -F license nvidia: ${said}`,
    )
  },
  fix: 'Another flavour is on disk than was loaded: the next boot changes the driver. Reinstall one of them, or correct the archive.',
})

export const oneVersion = ofGpu({
  id: 'gpu-driver/one-version',
  title: 'The loaded module, the module on disk and the libraries are of one version',
  severity: 'critical',
  controls: trace('EN-02', 'RD-18', 'RD-14b'),
  verify: ({ facts }) => {
    const { loaded, modinfo } = facts.gpuDriver
    const { gpuSmi: smi, gpuSmiVersion: said } = facts
    const wanted = loaded?.version
    if (wanted === undefined) return fail('not loaded', 'a loaded module', '/proc/driver/nvidia/version')
    const refusal = smi.kind === 'refused' ? smi.said : ''
    const others = {
      'modinfo -F version nvidia': modinfo.nvidia?.version,
      'nvidia-smi --version: DRIVER': said.kind === 'answered' ? said.value['driver version'] : undefined,
      'nvidia-smi --version: NVML':
        (said.kind === 'answered' ? said.value['nvml version'] : undefined) ??
        /NVML library version: (\S+)/.exec(refusal)?.[1],
      'nvidia-smi -q': smi.kind === 'answered' ? smi.value.driver : undefined,
    }
    return all(
      ...Object.entries(others).map(([where, version]) =>
        // NVML leaves out the third number.
        version === undefined || version === wanted || `${wanted}.`.startsWith(`${version}.`)
          ? pass(wanted)
          : fail(version, wanted, where),
      ),
      none(/version mismatch/i.test(refusal) ? [refusal.slice(0, 120)] : [], 'one version', 'nvidia-smi'),
    )
  },
  fix: 'Reboot if a package was updated under the running driver; otherwise install module and libraries from one version.',
})

export const parameters = ofGpu({
  id: 'gpu-driver/parameters',
  title: 'The driver runs with the options that modprobe.d gives it',
  severity: 'high',
  controls: trace('KC-32', 'KC-33'),
  verify: ({ facts }) => {
    const { options, params } = facts.gpuDriver
    return all(
      ...Object.entries(options)
        .filter(([name]) => params?.[name] !== undefined)
        .map(([name, value]) => equal(params?.[name], value, `/proc/driver/nvidia/params: ${name}`)),
    )
  },
  fix: 'Rebuild the initramfs with dracut after modprobe.d changed; the module was loaded with older options.',
})

export const branch = ofType({
  id: 'gpu-driver/branch',
  title: 'The driver is of a branch that supports the GPUs of the instance type',
  severity: 'critical',
  controls: trace('EN-02', 'RD-18', 'RD-14b'),
  types: 'with a least or a last driver branch',
  when: ({ minBranch, maxBranch }) => minBranch !== null || maxBranch !== null,
  judge: ({ facts }, { type, minBranch, maxBranch }) => {
    const found = facts.gpuDriver.loaded?.version
    const branch = branchOf(found)
    return expected(
      branch >= (minBranch ?? 0) && branch <= (maxBranch ?? Number.POSITIVE_INFINITY),
      found,
      `branch ${minBranch ?? 'any'} to ${maxBranch ?? 'newest'}`,
      `/proc/driver/nvidia/version on ${type}`,
    )
  },
  fix: 'Build another image for this family: p3 and g6f end at 580, g7 needs 595, and no single image serves both.',
})
