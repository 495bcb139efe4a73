import { text } from '../lib/exec.ts'
import { absent, noSuchCommand } from './absent.ts'
import { fact } from './fact.ts'
import { lines } from './text.ts'

/** The file system that a directory of image layers lies on. */
export interface LayerDisk {
  readonly path: string
  readonly mountpoint: string
  /** `xfs`, `ext4`, … */
  readonly type: string
  /** Of xfs: what xfs_info says of `ftype`; undefined when it could not be asked. Other file systems have no such switch. */
  readonly ftype?: '0' | '1'
}

/** Where layers are stacked by overlayfs: of containerd, and of the SOCI snapshotter. */
const places = '/var/lib/containerd /var/lib/soci-snapshotter-grpc'

/** xfs_info reads the superblock of what is mounted (xfs_info(8)); overlayfs needs ftype=1 of xfs (kernel: filesystems/overlayfs). */
export const layerDisks = fact({
  probe: `command -v findmnt >/dev/null || exit ${noSuchCommand}
for d in ${places}; do
  [ -d "$d" ] || continue
  at=$(findmnt -n -r -o TARGET,FSTYPE -T "$d" | tail -n 1)
  echo "disk $d $at"
  case $at in *' xfs') xfs_info "\${at% xfs}" 2>/dev/null | grep -o 'ftype=[01]' ;; esac
done
true`,
  version: 1,
  parse: (raw): readonly LayerDisk[] => {
    if (raw.exitCode !== 0) throw absent('which file systems hold image layers', raw)
    return text(raw.stdout)
      .split(/^disk /m)
      .slice(1)
      .map((block) => {
        const [head = '', said = ''] = lines(block)
        const [path = '', mountpoint = '', type = ''] = head.split(' ')
        if (type === '') throw new Error(`"${head.slice(0, 80)}" says no file system`)
        const ftype = said === 'ftype=0' ? '0' : said === 'ftype=1' ? '1' : undefined
        return { path, mountpoint, type, ...(ftype && { ftype }) }
      })
  },
})
