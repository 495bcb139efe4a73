import { AmiproofError } from '../lib/errors.ts'

/** GPU architectures that EC2 has, oldest first. */
export type GpuArchitecture = 'volta' | 'turing' | 'ampere' | 'ada' | 'hopper' | 'blackwell'
/** NVIDIA's kernel modules: open since Turing, and required from Blackwell on. */
export type ModuleFlavour = 'open' | 'proprietary'

/** What is wanted of the GPU's system processor: `image`: what the AMI decides; `off`: NVreg_EnableGpuFirmware=0. */
export interface GspRequest {
  readonly architecture: GpuArchitecture
  readonly flavour: ModuleFlavour
  readonly gsp: 'image' | 'off'
}

const refuse = (code: string, message: string) =>
  new AmiproofError(`setting the GSP firmware: ${message}`, {
    kind: 'config',
    code,
    op: 'render user data',
    blame: 'user',
  })

/**
 * Checks a GSP setting against the GPU and the module flavour. Volta has no GSP and no open modules; Blackwell has only open ones; the open
 * modules run the GPU through its GSP, so only the proprietary flavour can do without (open-gpu-kernel-modules README; NVIDIA driver
 * documentation, "Open Linux kernel modules").
 * @returns the value that /proc/driver/nvidia/params must show as EnableGpuFirmware: 0, or 18, the driver's default
 * @throws AmiproofError `gsp-flavour`
 */
export const gspSetting = ({ architecture, flavour, gsp }: GspRequest): 0 | 18 => {
  if (architecture === 'volta' && flavour === 'open')
    throw refuse(
      'gsp-flavour',
      'Volta GPUs do not work with the open kernel modules; use the proprietary ones',
    )
  if (architecture === 'blackwell' && flavour === 'proprietary')
    throw refuse('gsp-flavour', 'Blackwell GPUs need the open kernel modules; use them and leave GSP on')
  if (gsp === 'off' && flavour === 'open')
    throw refuse(
      'gsp-flavour',
      'the open kernel modules need the GSP, and NVreg_EnableGpuFirmware=0 keeps the GPU from starting; leave it on, or use the proprietary modules',
    )
  return gsp === 'off' ? 0 : 18
}

/**
 * A script that turns the GSP firmware off: one file, written whole, refused beside another that sets the same option; the modules are
 * reloaded only when they run with another value, and the initramfs is rebuilt so that a reboot keeps it. Empty where nothing is to do.
 * @throws AmiproofError `gsp-flavour`
 */
export const gspScript = (request: GspRequest): string =>
  gspSetting(request) !== 0
    ? ''
    : `# The GPU's system processor off: works with the proprietary modules only.
gsp_conf=/etc/modprobe.d/nvidia-gsp.conf
if grep -q 'Open Kernel Module' /proc/driver/nvidia/version 2>/dev/null; then
  fail "the open NVIDIA modules are loaded, and they need the GSP"
fi
others=$(grep -rl 'NVreg_EnableGpuFirmware' /etc/modprobe.d | grep -Fxv "$gsp_conf" || true)
if [ -n "$others" ]; then
  fail "NVreg_EnableGpuFirmware is set already in $others"
fi
printf '%s\\n' 'options nvidia NVreg_EnableGpuFirmware=0' > "$gsp_conf"
gsp_now() { awk -F': *' '/^EnableGpuFirmware:/ { print $2 }' /proc/driver/nvidia/params 2>/dev/null; }
if [ -e /proc/driver/nvidia/params ] && [ "$(gsp_now)" != 0 ]; then
  systemctl stop nvidia-persistenced.service 2>/dev/null || true
  modprobe --remove nvidia_drm nvidia_modeset nvidia_uvm nvidia || fail "the NVIDIA modules are in use and keep their GSP setting"
  modprobe nvidia
  modprobe nvidia_uvm
  [ "$(gsp_now)" = 0 ] || fail "the NVIDIA driver still runs with EnableGpuFirmware=$(gsp_now)"
  systemctl start nvidia-persistenced.service 2>/dev/null || true
fi
dracut --force
`
