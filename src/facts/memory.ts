import { text } from '../lib/exec.ts'
import { absent } from './absent.ts'
import { fact } from './fact.ts'
import { lines, record } from './text.ts'

export interface Swap {
  readonly path: string
  /** `partition` or `file`. */
  readonly type: string
  readonly sizeKiB: number
}

export interface Memory {
  /** /proc/meminfo by its names, in KiB where it says kB. */
  readonly meminfo: Readonly<Record<string, number>>
  /** Empty when swap is off. */
  readonly swaps: readonly Swap[]
  /** Online logical CPUs, as the kernel lists them: `0-3,6`. */
  readonly onlineCpus: string
}

/** Memory, swap and CPUs. */
export const memory = fact({
  probe: `sed 's/^/mem /' /proc/meminfo
sed '1d;s/^/swap /' /proc/swaps
sed 's/^/cpus /' /sys/devices/system/cpu/online
true`,
  version: 1,
  parse: (raw): Memory => {
    const rows = lines(text(raw.stdout)).map((line) => line.split(/\s+/))
    const meminfo = record(
      rows.flatMap(([kind, name, value]) =>
        kind === 'mem' && name ? [[name.replace(/:$/, ''), Number(value)] as const] : [],
      ),
    )
    if (meminfo.MemTotal === undefined) throw absent('the memory', raw)
    const swaps = rows.flatMap(([kind, path, type = '', size]) =>
      kind === 'swap' && path ? [{ path, type, sizeKiB: Number(size) }] : [],
    )
    return { meminfo, swaps, onlineCpus: rows.find(([kind]) => kind === 'cpus')?.[1] ?? '' }
  },
})
