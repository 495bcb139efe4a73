import { text } from '../lib/exec.ts'
import { absent } from './absent.ts'
import { fact } from './fact.ts'
import { lines, record } from './text.ts'

/** What kind of place this is, as key and value: the raw material of the measured capabilities. */
export interface Surroundings {
  readonly systemdRunning: boolean
  /** `docker`, `podman`, `lxc`, …; empty on a machine of its own. */
  readonly container: string
  /** Bounding set of capabilities of process 1, from /proc/1/status. */
  readonly boundingSet: bigint
  /** `0` or `1` while SELinux is there; empty without it. */
  readonly selinuxEnforce: string
  /** Of the virtual or real machine: `Amazon EC2`. */
  readonly vendor: string
  readonly product: string
  readonly hasFuse: boolean
  readonly hasDefaultRoute: boolean
  readonly hasKubelet: boolean
  /** Vendor ids of PCI devices, e.g. `0x10de`; each once. */
  readonly pciVendors: readonly string[]
  /** Models of NVMe devices. */
  readonly nvmeModels: readonly string[]
  /** `200`, or `000` when nothing answered; empty outside EC2 or without curl. */
  readonly imdsStatus: string
  readonly uid: number
}

/** Where the node lives. IMDS is only asked for on EC2, for a token of one second that is thrown away. */
export const surroundings = fact({
  probe: `say() { printf '%s %s\\n' "$1" "$2"; }
[ -d /run/systemd/system ] && say systemd 1
c=$(cat /run/systemd/container 2>/dev/null)
[ -n "$c" ] || c=$(tr '\\000' '\\n' 2>/dev/null </proc/1/environ | sed -n 's/^container=//p')
if [ -z "$c" ]; then if [ -e /.dockerenv ]; then c=docker; elif [ -e /run/.containerenv ]; then c=podman; fi; fi
say container "$c"
say bounding "$(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/1/status)"
say enforce "$(cat /sys/fs/selinux/enforce 2>/dev/null)"
vendor=$(cat /sys/class/dmi/id/sys_vendor 2>/dev/null)
say vendor "$vendor"
say product "$(cat /sys/class/dmi/id/product_name 2>/dev/null)"
[ -c /dev/fuse ] && say fuse 1
grep -qsE '^[^[:space:]]+[[:space:]]00000000[[:space:]]' /proc/net/route && say route 1
command -v kubelet >/dev/null 2>&1 && say kubelet 1
for v in $(cat /sys/bus/pci/devices/*/vendor 2>/dev/null | sort -u); do say pci "$v"; done
for m in /sys/class/nvme/*/model; do [ -r "$m" ] && say nvme "$(cat "$m")"; done
if [ "$vendor" = 'Amazon EC2' ] && [ -z "$c" ] && command -v curl >/dev/null 2>&1; then
  say imds "$(curl -s -o /dev/null -w '%{http_code}' -m 2 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 1' http://169.254.169.254/latest/api/token)"
fi
say uid "$(id -u)"`,
  version: 1,
  parse: (raw): Surroundings => {
    const rows = lines(text(raw.stdout)).map((line) => {
      const at = line.indexOf(' ')
      return [line.slice(0, at), line.slice(at + 1).trim()] as const
    })
    const said = record(rows)
    const all = (kind: string): readonly string[] =>
      rows.flatMap(([key, value]) => (key === kind ? [value] : []))
    if (said.uid === undefined) throw absent('what kind of place this is', raw)
    return {
      systemdRunning: said.systemd === '1',
      container: said.container ?? '',
      boundingSet: /^[0-9a-f]+$/.test(said.bounding ?? '') ? BigInt(`0x${said.bounding}`) : 0n,
      selinuxEnforce: said.enforce ?? '',
      vendor: said.vendor ?? '',
      product: said.product ?? '',
      hasFuse: said.fuse === '1',
      hasDefaultRoute: said.route === '1',
      hasKubelet: said.kubelet === '1',
      pciVendors: all('pci'),
      nvmeModels: all('nvme'),
      imdsStatus: said.imds ?? '',
      uid: Number(said.uid),
    }
  },
})
