import { AmiproofError } from '../lib/errors.ts'
import { stringifyToml } from '../lib/toml-text.ts'
import { atLeast } from '../lib/versions.ts'
import { images3 } from './migrate-cri.ts'
import { sociRoot, sociSocket } from './soci.ts'

/**
 * Configuration by which the transfer service of containerd 2.1 and later, and not the CRI plugin, pulls through SOCI (soci.md §2). It stands for
 * itself: discard_unpacked_layers, which the EKS template sets, or disable_snapshot_annotations = false beside it switch the transfer service off.
 * @throws AmiproofError `soci-transfer` below 2.1; `version`
 */
export const sociTransferConfig = (containerd: string): string => {
  if (!atLeast(containerd, '2.1'))
    throw new AmiproofError(
      `cannot pull through the transfer service with containerd ${containerd}: it needs 2.1 or later; let the CRI plugin pull`,
      { kind: 'config', code: 'soci-transfer', op: 'configure SOCI', blame: 'user' },
    )
  // The annotation switch is compared with the text 'true'.
  const exports = { root: sociRoot, enable_remote_snapshot_annotations: 'true' }
  return stringifyToml({
    version: 3n,
    plugins: {
      [images3]: { snapshotter: 'soci' },
      'io.containerd.transfer.v1.local': { unpack_config: [{ platform: 'linux', snapshotter: 'soci' }] },
    },
    proxy_plugins: { soci: { type: 'snapshot', address: sociSocket, exports } },
  })
}
