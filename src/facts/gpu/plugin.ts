import { text } from '../../lib/exec.ts'
import { fact } from '../fact.ts'
import { assignments } from '../text.ts'
import { type DevicePluginConfig, readCheckpoint, readDevicePluginConfig } from './device-plugin.ts'
import { readSections, saidIn, sectionShell } from './sections.ts'

export interface DevicePlugin {
  /** Devices registered with the kubelet, by resource; undefined: the kubelet has no checkpoint. */
  readonly registered: Readonly<Record<string, number>> | undefined
  /** What NVIDIA's device plugin was told by file; a later file of a node is another pod's. */
  readonly configs: readonly DevicePluginConfig[]
  /** What the running plugin was told by its environment: `MIG_STRATEGY`, `CONFIG_FILE`, … */
  readonly environment: Readonly<Record<string, string>>
}

/** Reads what device plugins registered, and the configuration of NVIDIA's: of pods' files only those that configure it. */
export const gpuDevicePlugin = fact({
  probe: `d=/var/lib/kubelet/device-plugins/kubelet_internal_checkpoint
[ -r "$d" ] || exit 0
${sectionShell}section checkpoint cat "$d"
for f in /var/lib/kubelet/pods/*/volumes/kubernetes.io~configmap/*/*; do
  [ -f "$f" ] && grep -qsE '^ *(timeSlicing|mps|migStrategy):' "$f" && section "config/$f" cat "$f"
done
for p in $(grep -lsa nvidia-device-plugin /proc/[0-9]*/cmdline); do
  tr '\\000' '\\n' <"\${p%/cmdline}/environ" 2>/dev/null | grep -E '^(MIG_STRATEGY|CONFIG_FILE|DEVICE_LIST_STRATEGY|DEVICE_ID_STRATEGY|PASS_DEVICE_SPECS|FAIL_ON_INIT_ERROR)=' >/dev/null &&
    section environment sh -c 'tr "\\000" "\\n" <"$1" | grep -E "^(MIG_STRATEGY|CONFIG_FILE|DEVICE_LIST_STRATEGY|DEVICE_ID_STRATEGY|PASS_DEVICE_SPECS|FAIL_ON_INIT_ERROR)="' sh "\${p%/cmdline}/environ"
done
true`,
  version: 1,
  parse: ({ stdout }): DevicePlugin => {
    const sections = readSections(text(stdout))
    const checkpoint = saidIn(sections, 'checkpoint')
    return {
      registered: checkpoint === undefined ? undefined : readCheckpoint(checkpoint),
      configs: Object.keys(sections)
        .filter((name) => name.startsWith('config/'))
        .flatMap((name) => {
          const said = saidIn(sections, name)
          return said === undefined ? [] : [readDevicePluginConfig(said)]
        }),
      environment: assignments(saidIn(sections, 'environment') ?? ''),
    }
  },
})
