import { text } from '../../lib/exec.ts'
import { fact } from '../fact.ts'
import { lines, record } from '../text.ts'
import {
  type DkmsModule,
  type DriverVersion,
  readDkms,
  readDriverVersion,
  readKeys,
  readModinfo,
  readModprobeOptions,
} from './proc.ts'
import { readSections, type Section, saidIn, sectionShell } from './sections.ts'

type Keys = Readonly<Record<string, string>>

/** The drivers of accelerators, as they are on disk and as they run. */
export interface AcceleratorDriver {
  /** /proc/driver/nvidia/version; undefined: the module is not loaded. */
  readonly loaded: DriverVersion | undefined
  /** /proc/driver/nvidia/params. */
  readonly params: Keys | undefined
  /** `GPU Firmware` and more of each GPU, in the order of their directories. */
  readonly gpus: readonly Keys[]
  /** modinfo by module: nvidia, neuron, efa. A module that is not there is missing. */
  readonly modinfo: Readonly<Record<string, Keys>>
  /** NVreg_ options that modprobe would give, by the name without `NVreg_`. */
  readonly options: Keys
  /** Lines of /etc/modprobe.d that set EnableGpuFirmware or name nouveau, as `path:line`. */
  readonly snippets: readonly string[]
  /** Undefined: dkms is not installed. */
  readonly dkms: readonly DkmsModule[] | undefined
  /** Archives of kernel modules by directory below /var/lib/dkms-archive. */
  readonly archives: Readonly<Record<string, readonly string[]>>
  /** Directories below /lib/firmware/nvidia that hold GSP firmware, with their files. */
  readonly firmware: Readonly<Record<string, readonly string[]>>
  /** PCI ids by file of /etc/eks/nvidia-open-supported-devices-*.txt. */
  readonly openSupported: Readonly<Record<string, readonly string[]>>
  readonly versionlock: readonly string[]
  readonly motd: readonly string[]
  readonly kernel: string
}

/** Nothing of this is started on a node that has neither driver, tool nor module: it costs a few looks at the disk. */
export const gpuDriver = fact({
  probe: `${sectionShell}section kernel uname -r
[ -d /proc/driver/nvidia ] && {
  section version cat /proc/driver/nvidia/version
  section params cat /proc/driver/nvidia/params
  for g in /proc/driver/nvidia/gpus/*/information; do
    [ -r "$g" ] && section "gpu/$g" cat "$g"
  done
}
k=/lib/modules/$(uname -r)
for m in nvidia neuron efa; do
  [ -r "$k/modules.dep" ] && grep -q "/$m\\.ko" "$k/modules.dep" && section "modinfo/$m" modinfo "$m"
done
ls /etc/modprobe.d/ 2>/dev/null | grep -q . && {
  section snippets grep -rnE 'EnableGpuFirmware|nouveau' /etc/modprobe.d
  grep -rqs NVreg_ /etc/modprobe.d /usr/lib/modprobe.d && section options modprobe -c
}
[ -d /var/lib/dkms-archive ] && section archives find /var/lib/dkms-archive -maxdepth 3 -name '*.tar.gz'
[ -d /lib/firmware/nvidia ] && section firmware find /lib/firmware/nvidia/ -maxdepth 2 -name 'gsp*.bin*'
for f in /etc/eks/nvidia-open-supported-devices-*.txt; do
  [ -r "$f" ] && section "open/$f" cat "$f"
done
[ -r /etc/dnf/plugins/versionlock.list ] && section versionlock grep -v '^#' /etc/dnf/plugins/versionlock.list
ls /etc/update-motd.d 2>/dev/null | grep -qi nvidia && section motd ls /etc/update-motd.d
has dkms && section dkms dkms status
true`,
  version: 1,
  timeoutMs: 30_000,
  maxBytes: 4 * 1024 * 1024,
  parse: ({ stdout }): AcceleratorDriver => driverOf(readSections(text(stdout))),
})

const driverOf = (sections: Readonly<Record<string, Section>>): AcceleratorDriver => {
  const words = (name: string): readonly string[] => lines(saidIn(sections, name) ?? '')
  const below = <T>(prefix: string, read: (said: string) => T): readonly (readonly [string, T])[] =>
    Object.keys(sections)
      .filter((name) => name.startsWith(prefix))
      .flatMap((name) => {
        const said = saidIn(sections, name)
        return said === undefined ? [] : [[name.slice(prefix.length), read(said)] as const]
      })
  const [version, params, kernel] = [
    saidIn(sections, 'version'),
    saidIn(sections, 'params'),
    saidIn(sections, 'kernel'),
  ]
  if (kernel === undefined) throw new Error('the node does not say which kernel it runs')
  return {
    kernel,
    loaded: version === undefined ? undefined : readDriverVersion(version),
    params: params === undefined ? undefined : readKeys(params),
    gpus: below('gpu/', readKeys).map(([, keys]) => keys),
    modinfo: record(below('modinfo/', readModinfo)),
    options: readModprobeOptions(saidIn(sections, 'options') ?? ''),
    snippets: words('snippets'),
    dkms: sections.dkms && readDkms(sections.dkms.text),
    archives: byDirectory(words('archives')),
    firmware: byDirectory(words('firmware')),
    openSupported: record(
      below('open/', (said) =>
        lines(said).flatMap((line) => /^(?:0x)?([0-9A-Fa-f]{4})\b/.exec(line)?.[1]?.toUpperCase() ?? []),
      ),
    ),
    versionlock: words('versionlock'),
    motd: words('motd'),
  }
}

const byDirectory = (paths: readonly string[]): Readonly<Record<string, readonly string[]>> => {
  const found = new Map<string, string[]>()
  for (const path of paths) {
    const [name = '', directory = ''] = path.split('/').toReversed()
    found.set(directory, [...(found.get(directory) ?? []), name])
  }
  return record(found)
}
