import type { NodeSpec } from '../spec/node-spec.ts'
import { imageFile } from './image-file.ts'
import type { NodeFile } from './node-file.ts'

/** kube-proxy keeps its file open, so the log is copied and truncated. */
const kubeProxy = `/var/log/kube-proxy.log {
    rotate 5
    daily
    compress
    copytruncate
    missingok
    notifempty
    size 10M
}
`

const main = `weekly
rotate 4
create
dateext
compress
include /etc/logrotate.d
`

/** Log rotation: kube-proxy's where it logs to a file, and the general rules where the distribution's own are not kept. */
export const logrotateFiles = (os: NodeSpec['image']['os']): readonly NodeFile[] => [
  ...(os === 'debian13' ? [imageFile('/etc/logrotate.conf', 'text', main)] : []),
  imageFile('/etc/logrotate.d/kube-proxy', 'text', kubeProxy),
]
