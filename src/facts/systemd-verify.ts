import { text } from '../lib/exec.ts'
import { cannotShow, noSuchCommand } from './absent.ts'
import { fact } from './fact.ts'
import { lines } from './text.ts'

/** What `systemd-analyze verify` has to say of the units that this house cares for; no line: nothing to complain of. */
export const systemdVerify = fact({
  probe: `set -- ; for unit in containerd.service kubelet.service runtime.slice soci-snapshotter.service soci-snapshotter.socket \\
  nodeadm-config.service nodeadm-run.service nodeadm-boot-hook.service cni-cache-reset.service; do
  systemctl cat "$unit" >/dev/null 2>&1 && set -- "$@" "$unit"
done
systemd-analyze verify --man=no --generators=no "$@" 2>&1`,
  version: 1,
  timeoutMs: 20_000,
  parse: (raw): readonly string[] => {
    if (raw.exitCode === noSuchCommand)
      throw cannotShow('whether systemd accepts the units', 'systemd-analyze is not installed')
    const said = lines(text(raw.stdout)).filter((line) => line.trim() !== '')
    return raw.exitCode === 0 || said.length > 0
      ? said
      : [`systemd-analyze verify ended with ${raw.exitCode}`]
  },
})
