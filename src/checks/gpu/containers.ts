import { atLeast as notOlder } from '../../lib/versions.ts'
import { all } from '../combine.ts'
import { at, criSetting } from '../cri.ts'
import { containerdConfig } from '../seen.ts'
import { trace } from '../trace.ts'
import { equal, expected, fail, oneOf } from '../verdict.ts'
import { ofGpu, ofNvidiaImage, ofType } from './claim.ts'
import { smiOf } from './seen.ts'

const runtime = '/usr/bin/nvidia-container-runtime'
const controls = trace('EN-02', 'RD-18', 'KC-35')

export const toolkit = ofNvidiaImage({
  id: 'gpu-container/toolkit',
  title: 'The image has NVIDIA’s container toolkit with its runtime',
  phase: 'image',
  severity: 'critical',
  controls,
  verify: ({ facts }) =>
    all(
      expected(facts.gpuContainers.version !== undefined, 'absent', 'a version', 'nvidia-ctk --version'),
      equal(
        facts.programs['nvidia-container-runtime']?.path.replace(/\.real$/, ''),
        runtime,
        'nvidia-container-runtime',
      ),
    ),
  fix: 'Install nvidia-container-toolkit: nodeadm gives containerd the nvidia runtime only where /usr/bin/nvidia-container-runtime exists.',
})

/** CVE-2024-0132 ends with 1.16.2, CVE-2025-23266 with 1.17.8 (NVIDIA security bulletins). */
const safe = '1.17.8'

export const toolkitSafe = ofNvidiaImage({
  id: 'gpu-container/toolkit-safe',
  title: 'The container toolkit is not one that lets a container out',
  phase: 'image',
  severity: 'high',
  controls: trace('RD-14b', 'RD-18'),
  verify: ({ facts }) => {
    const { version } = facts.gpuContainers
    return expected(
      version !== undefined && notOlder(version, safe),
      version,
      `${safe} or newer`,
      'nvidia-ctk --version',
    )
  },
  fix: 'Update nvidia-container-toolkit and libnvidia-container to 1.17.8 or newer (CVE-2024-0132, CVE-2025-23266).',
})

export const library = ofGpu({
  id: 'gpu-container/library',
  title: 'The library that prepares containers sees the driver',
  severity: 'critical',
  controls,
  verify: ({ facts }) => {
    const { info } = facts.gpuContainers
    const where = 'nvidia-container-cli info'
    if (info === undefined || typeof info === 'string') return fail(info, 'what it sees', where)
    return all(
      equal(info.driver, facts.gpuDriver.loaded?.version, `${where}: NVRM version`),
      equal(info.devices.length, smiOf(facts).gpus.length, `${where}: devices`),
    )
  },
  fix: 'A driver that is not loaded and a version mismatch are the driver’s; see gpu-driver/loaded and gpu-driver/one-version.',
})

const configPath = '/etc/nvidia-container-runtime/config.toml'

export const toolkitConfig = ofNvidiaImage({
  id: 'gpu-container/toolkit-config',
  title:
    'The container toolkit keeps device cgroups, honours what an image requires, and chooses its mode itself or by CDI',
  severity: 'high',
  controls,
  verify: ({ facts }) => {
    const { config } = facts.gpuContainers
    if (config === undefined) return fail('absent', 'a file', configPath)
    const get = (keys: readonly string[], otherwise: unknown) => at(config, keys) ?? otherwise
    return all(
      oneOf(
        String(get(['nvidia-container-runtime', 'mode'], 'auto')),
        ['auto', 'cdi'],
        `${configPath}: mode`,
      ),
      equal(get(['nvidia-container-cli', 'no-cgroups'], false), false, `${configPath}: no-cgroups`),
      equal(get(['disable-require'], false), false, `${configPath}: disable-require`),
    )
  },
  fix: 'Write the file with `nvidia-ctk config --in-place`; its defaults are right.',
})

export const defaultRuntime = ofNvidiaImage({
  id: 'gpu-container/default-runtime',
  title: 'containerd starts pods with the nvidia runtime unless they say otherwise',
  phase: 'join',
  severity: 'critical',
  controls: trace('KC-34', 'KC-35'),
  verify: ({ facts }) =>
    equal(
      criSetting(containerdConfig(facts), 'defaultRuntime'),
      'nvidia',
      'containerd config dump: default_runtime_name',
    ),
  fix: 'Let nodeadm write /etc/containerd/config.toml on a node where /usr/bin/nvidia-container-runtime is installed.',
})

export const runtimeEntry = ofNvidiaImage({
  id: 'gpu-container/runtime-entry',
  title: 'containerd knows the nvidia runtime by a shim that it has, with systemd cgroups',
  phase: 'join',
  severity: 'critical',
  controls: trace('KC-34', 'KC-35'),
  verify: ({ facts }) => {
    const entry = at(criSetting(containerdConfig(facts), 'runtimes'), ['nvidia'])
    const where = 'containerd config dump: runtimes.nvidia'
    return all(
      equal(at(entry, ['runtime_type']), 'io.containerd.runc.v2', `${where}.runtime_type`),
      equal(at(entry, ['options', 'BinaryName']), runtime, `${where}.options.BinaryName`),
      equal(at(entry, ['options', 'SystemdCgroup']), true, `${where}.options.SystemdCgroup`),
    )
  },
  fix: 'io.containerd.runtime.v1.linux and /etc/docker-runtimes.d are gone; use io.containerd.runc.v2 with BinaryName and SystemdCgroup.',
})

export const cdiOn = ofNvidiaImage({
  id: 'gpu-container/cdi-on',
  title: 'containerd takes devices by CDI',
  phase: 'join',
  severity: 'high',
  controls,
  verify: ({ facts }) =>
    equal(criSetting(containerdConfig(facts), 'cdi'), true, 'containerd config dump: enable_cdi'),
  fix: 'Set enable_cdi = true for containerd 1.7; containerd 2 has it on.',
})

export const seesAll = ofType({
  id: 'gpu-container/sees-all',
  title: 'Containers can be given as many GPUs as the instance type has',
  severity: 'critical',
  controls,
  types: 'with NVIDIA GPUs',
  judge: ({ facts }, { count }) => {
    const { info } = facts.gpuContainers
    const found = typeof info === 'object' ? info.devices.length : info
    return equal(found, count, 'nvidia-container-cli info: devices')
  },
  fix: 'Compare with nvidia-smi -L: where it shows them all, look at the device nodes under /dev.',
})
