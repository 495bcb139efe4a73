import type { NodeSpec } from '../spec/node-spec.ts'
import type { NodeFile } from './node-file.ts'

export const sociSocket = '/run/soci-snapshotter-grpc/soci-snapshotter-grpc.sock'
export const sociRoot = '/var/lib/soci-snapshotter-grpc'

/** nodeadm's thresholds (`internal/containerd` useSOCISnapshotter): smaller instances silently keep overlayfs. */
export const sociNeeds = { memoryBytes: 7 * 2 ** 30, cpuMillicores: 4000 } as const

/** Whether images are pulled through the SOCI snapshotter: the FastImagePull gate is on and the instance is big enough. */
export const isSociOn = (spec: NodeSpec): boolean =>
  spec.join?.spec.featureGates?.FastImagePull === true &&
  spec.instance !== undefined &&
  spec.instance.memoryBytes >= sociNeeds.memoryBytes &&
  spec.instance.cpuCount * 1000 >= sociNeeds.cpuMillicores

/** nodeadm's `soci-snapshotter.config.toml`: parallel pull and unpack, which mounts nothing by FUSE and loads nothing lazily. */
export const sociConfigText = `debug = false

[content_store]
type = 'containerd'

[cri_keychain]
enable_keychain = true
image_service_path = '/run/containerd/containerd.sock'

[pull_modes.parallel_pull_unpack]
enable = true
concurrent_download_chunk_size = "16mb"
discard_unpacked_layers = true
max_concurrent_downloads = -1
max_concurrent_downloads_per_image = 20
max_concurrent_unpacks = -1
max_concurrent_unpacks_per_image = 12

[pull_modes.parallel_pull_unpack.decompress_streams."gzip"]
path = '/usr/bin/unpigz'
args = ['-d', '-c']
`

/** containerd must not start before the snapshotter that it is told to use. */
export const sociDropInText = `[Unit]
Requires=soci-snapshotter.service
After=soci-snapshotter.service
`

/** The SOCI files of a node: none unless {@link isSociOn}. */
export const renderSoci = (spec: NodeSpec): readonly NodeFile[] =>
  isSociOn(spec)
    ? [
        {
          path: '/etc/soci-snapshotter-grpc/config.toml',
          mode: '0644',
          owner: 'root:root',
          text: sociConfigText,
          format: 'toml',
          phase: 'join',
        },
        {
          path: '/etc/systemd/system/containerd.service.d/10-soci-snapshotter.conf',
          mode: '0644',
          owner: 'root:root',
          text: sociDropInText,
          format: 'unit',
          phase: 'join',
        },
      ]
    : []
