import { all, each } from '../combine.ts'
import { trace } from '../trace.ts'
import { equal, expected, none, oneOf, pass } from '../verdict.ts'
import { ofGpu, ofNvidiaImage, ofType } from './claim.ts'
import { eachGpu, isHidden, smiOf, value } from './seen.ts'

const parameter = '/proc/driver/nvidia/params: EnableGpuFirmware'
const controls = trace('KC-31', 'KC-32', 'RD-18')

export const setting = ofType({
  id: 'gpu-gsp/setting',
  title: 'GSP firmware is asked for, or not, as the EKS image decides for the instance type',
  severity: 'high',
  controls,
  types: 'whose GSP setting is known',
  when: ({ gsp }) => gsp !== 'unknown',
  // 18 is the default of the mode (2) with leave to fall back (16); 1 asks for it.
  judge: ({ facts }, { gsp }) =>
    oneOf(
      facts.gpuDriver.params?.EnableGpuFirmware ?? 'absent',
      gsp === 'off' ? ['0'] : ['18', '1'],
      parameter,
    ),
  fix: 'nvidia-kmod-load.sh turns GSP off on g4dn, g5 and g5g and leaves the default elsewhere; look for a file of modprobe.d that says otherwise.',
})

export const running = ofType({
  id: 'gpu-gsp/running',
  title: 'Every GPU runs the GSP firmware of its driver where that is asked for, and none elsewhere',
  severity: 'high',
  controls,
  types: 'whose GSP setting is known',
  when: ({ gsp }) => gsp !== 'unknown',
  judge: ({ facts }, { gsp }) =>
    eachGpu(facts, ({ gspFirmware }, where) =>
      gsp === 'off'
        ? expected(isHidden(gspFirmware), gspFirmware, 'N/A', where)
        : value(gspFirmware, where, (said) => equal(said, smiOf(facts).driver, where)),
    ),
  fix: 'Compare /proc/driver/nvidia/params with modprobe.d; the firmware is read when the driver starts the GPU.',
})

export const possible = ofGpu({
  id: 'gpu-gsp/possible',
  title: 'The open modules are not told to do without the GSP firmware that they need',
  severity: 'critical',
  controls,
  verify: ({ facts }) => {
    const { loaded, params, options } = facts.gpuDriver
    const off = [params?.EnableGpuFirmware, options.EnableGpuFirmware].includes('0')
    return none(
      loaded?.flavour === 'open' && off ? ['EnableGpuFirmware=0 with the open modules'] : [],
      'GSP on with the open modules',
      parameter,
    )
  },
  fix: 'Drop NVreg_EnableGpuFirmware=0, or load the proprietary modules: no GPU starts otherwise.',
})

export const oneFile = ofNvidiaImage({
  id: 'gpu-gsp/one-file',
  title: 'At most one file of modprobe.d decides about GSP firmware, and it says so once',
  severity: 'medium',
  controls,
  verify: ({ facts }) => {
    const deciding = facts.gpuDriver.snippets.filter((line) =>
      /^[^#]*:\s*options\s.*EnableGpuFirmware/.test(line),
    )
    return expected(deciding.length <= 1, deciding, 'at most one line', '/etc/modprobe.d')
  },
  fix: 'Write the option once, with a file of its own, and not with `tee --append` at every boot.',
})

export const firmware = ofType({
  id: 'gpu-gsp/firmware',
  title: 'The GSP firmware of the loaded driver is on disk',
  severity: 'high',
  types: 'whose GPUs run GSP firmware',
  when: ({ gsp }) => gsp === 'on',
  judge: ({ facts }) => {
    const { firmware, loaded } = facts.gpuDriver
    const files = firmware[loaded?.version ?? ''] ?? []
    return expected(
      files.some((name) => /^gsp_.*\.bin/.test(name)),
      { [loaded?.version ?? 'not loaded']: files },
      'gsp_*.bin',
      '/lib/firmware/nvidia',
    )
  },
  fix: 'Install the firmware package of the same version as the driver.',
})

export const perGpu = ofType({
  id: 'gpu-gsp/per-gpu',
  title: 'The driver has loaded the same firmware into every GPU',
  severity: 'high',
  types: 'whose GPUs run GSP firmware',
  when: ({ gsp }) => gsp === 'on',
  judge: ({ facts }) => {
    const { gpus, loaded } = facts.gpuDriver
    const told = gpus.filter((keys) => keys['GPU Firmware'] !== undefined)
    if (told.length === 0) return pass('this branch does not say')
    return all(
      each(told, 'GPUs', '/proc/driver/nvidia/gpus', (keys) =>
        equal(
          keys['GPU Firmware'],
          loaded?.version,
          `/proc/driver/nvidia/gpus/${keys['Bus Location'] ?? ''}`,
        ),
      ),
    )
  },
  fix: 'Reload the driver or reboot: a GPU that kept older firmware was not started by the loaded driver.',
})
