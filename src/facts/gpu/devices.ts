import { text } from '../../lib/exec.ts'
import { fact } from '../fact.ts'
import { cut, lines, record } from '../text.ts'

export interface PciDevice {
  /** `0000:00:1e.0` */
  readonly address: string
  /** With `0x`, as sysfs has them. */
  readonly vendor: string
  readonly device: string
  readonly class: string
  readonly driver: string
}

export interface DeviceNode {
  readonly kind: 'character' | 'other'
  readonly major: number
  readonly minor: number
  /** Octal: `666`. */
  readonly mode: string
  /** Whether /dev/char/<major>:<minor> leads to it. */
  readonly linked: boolean
}

export interface AcceleratorDevices {
  /** PCI functions of NVIDIA and of Amazon. */
  readonly pci: readonly PciDevice[]
  /** Device nodes of accelerators, by path. */
  readonly nodes: Readonly<Record<string, DeviceNode>>
  /** Names in /sys/class/infiniband, with the driver of each. */
  readonly infiniband: Readonly<Record<string, string>>
  /** cpulist of each NUMA node, by name: `node0`. */
  readonly numa: Readonly<Record<string, string>>
}

const paths = ['/dev/nvidia*', '/dev/nvidia-caps/*', '/dev/neuron*', '/dev/gdrdrv', '/dev/infiniband/*'].join(
  ' ',
)

/** Accelerators as the kernel shows them, whatever any driver says: nothing is started, nothing is asked. */
export const gpuDevices = fact({
  probe: `for d in /sys/bus/pci/devices/*; do
  v=
  { read -r v <"$d/vendor"; } 2>/dev/null
  case $v in 0x10de | 0x1d0f) ;; *) continue ;; esac
  read -r i <"$d/device"
  read -r c <"$d/class"
  drv=$(readlink "$d/driver")
  echo "pci \${d##*/} $v $i $c \${drv##*/}"
done
for n in ${paths}; do
  [ -e "$n" ] && [ ! -d "$n" ] || continue
  k=other
  [ -c "$n" ] && k=character
  m=$(stat -c '%t %T %a' "$n")
  set -- $m
  link=no
  [ -e "/dev/char/$((0x$1)):$((0x$2))" ] && link=yes
  echo "node $n $k $((0x$1)) $((0x$2)) $3 $link"
done
for i in /sys/class/infiniband/*; do
  [ -d "$i" ] || continue
  drv=$(readlink "$i/device/driver")
  echo "infiniband \${i##*/} \${drv##*/}"
done
for n in /sys/devices/system/node/node[0-9]*/cpulist; do
  [ -r "$n" ] || continue
  read -r l <"$n"
  n=\${n%/cpulist}
  echo "numa \${n##*/} $l"
done
true`,
  version: 1,
  parse: ({ stdout }): AcceleratorDevices => {
    const rows = lines(text(stdout)).map((line) => {
      const row = cut(line, ' ')
      if (!row || !['pci', 'node', 'infiniband', 'numa'].includes(row[0]))
        throw new Error(`"${line.slice(0, 80)}" is no line of the listing of accelerators`)
      return { kind: row[0], words: row[1].split(' ') }
    })
    const of = (kind: string) => rows.filter((row) => row.kind === kind).map(({ words }) => words)
    return {
      pci: of('pci').map(([address = '', vendor = '', device = '', kind = '', driver = '']) => ({
        address,
        vendor,
        device,
        class: kind,
        driver,
      })),
      nodes: record(of('node').map((words) => [words[0] ?? '', nodeOf(words)] as const)),
      infiniband: record(of('infiniband').map(([name = '', driver = '']) => [name, driver] as const)),
      numa: record(of('numa').map(([name = '', list = '']) => [name, list] as const)),
    }
  },
})

const nodeOf = ([, kind, major, minor, mode = '', link]: readonly string[]): DeviceNode => ({
  kind: kind === 'character' ? 'character' : 'other',
  major: Number(major),
  minor: Number(minor),
  mode,
  linked: link === 'yes',
})

/** NVIDIA's GPUs: display controllers (class 0300) and 3D controllers (0302); its bridges and sound functions are left out. */
export const gpusOnBus = ({ pci }: AcceleratorDevices): readonly PciDevice[] =>
  pci.filter((one) => one.vendor === '0x10de' && /^0x030[02]/.test(one.class))

/** Elastic Fabric Adapters: Amazon's devices efa0 to efa3. */
export const efasOnBus = ({ pci }: AcceleratorDevices): readonly PciDevice[] =>
  pci.filter((one) => one.vendor === '0x1d0f' && /^0xefa[0-9a-f]$/.test(one.device))
