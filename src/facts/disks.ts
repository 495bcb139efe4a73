import { text } from '../lib/exec.ts'
import { once } from '../lib/lazy.ts'
import { type z, zod } from '../lib/zod.ts'
import { absent, cannotShow, noSuchCommand } from './absent.ts'
import { fact } from './fact.ts'

const answer = once(() => {
  const z = zod()
  const Raw = z.object({
    name: z.string(),
    type: z.string(),
    size: z.coerce.number(),
    fstype: z.string().nullish(),
    mountpoint: z.string().nullish(),
    model: z.string().nullish(),
    get children() {
      return z.array(Raw).optional()
    },
  })
  return z.object({ blockdevices: z.array(Raw) })
})
type Raw = z.infer<ReturnType<typeof answer>>['blockdevices'][number]

export interface Disk {
  readonly name: string
  /** `disk`, `part`, `raid0`, `lvm`, `loop`, … */
  readonly type: string
  readonly bytes: number
  readonly filesystem?: string
  readonly mountpoint?: string
  /** `Amazon EC2 NVMe Instance Storage` is an instance store. */
  readonly model?: string
  readonly parts: readonly Disk[]
}

/** Block devices as lsblk draws them. Empty in a container that has none. */
export const disks = fact({
  probe: 'lsblk --json --bytes --output NAME,TYPE,SIZE,FSTYPE,MOUNTPOINT,MODEL',
  version: 1,
  parse: (raw): readonly Disk[] => {
    if (raw.exitCode === noSuchCommand) throw cannotShow('its disks', 'it has no lsblk')
    if (raw.stdout.length === 0 && raw.exitCode !== 0) {
      if (/failed to access sysfs|not a block device/i.test(text(raw.stderr))) return []
      throw absent('the disks', raw)
    }
    if (text(raw.stdout).trim() === '') return []
    return answer()
      .parse(JSON.parse(text(raw.stdout)))
      .blockdevices.map(disk)
  },
})

const disk = ({ name, type, size, fstype, mountpoint, model, children }: Raw): Disk => ({
  name,
  type,
  bytes: size,
  ...(fstype && { filesystem: fstype }),
  ...(mountpoint && { mountpoint }),
  ...(model && { model: model.trim() }),
  parts: (children ?? []).map(disk),
})
