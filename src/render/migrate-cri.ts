import { type Branch, branchAt, isBranch, isLeaf, type Tree, treeAt, withTree } from './containerd-tree.ts'

export const cri2 = 'io.containerd.grpc.v1.cri'
export const images3 = 'io.containerd.cri.v1.images'
export const runtime3 = 'io.containerd.cri.v1.runtime'

/** What stays in `io.containerd.grpc.v1.cri`: the streaming server. */
export const streamingKeys: readonly string[] = [
  'disable_tcp_service',
  'stream_server_address',
  'stream_server_port',
  'stream_idle_timeout',
  'enable_tls_streaming',
  'x509_key_pair_streaming',
]
const imageKeys: readonly string[] = [
  'registry',
  'image_decryption',
  'max_concurrent_downloads',
  'image_pull_progress_timeout',
  'image_pull_with_sync_fs',
  'stats_collect_period',
]
/** Of `containerd`, what the image service owns since 2.0. */
const snapshotKeys: readonly string[] = [
  'snapshotter',
  'disable_snapshot_annotations',
  'discard_unpacked_layers',
]

/** `over` wins; missing subtrees change nothing. */
const put = (branch: Branch, key: string, tree: Tree | undefined): Branch =>
  tree === undefined ? branch : withTree(branch, [key], tree)
const putMissing = (branch: Branch, key: string, tree: Tree): Branch =>
  branch.has(key) ? branch : withTree(branch, [key], tree)

const imagesOf = (cri: Branch, before: Branch, faithful: boolean): Branch => {
  const sandbox = cri.get('sandbox_image')
  const pinned = sandbox ? withTree(before, ['pinned_images', 'sandbox'], sandbox) : before
  const moved = imageKeys.reduce((images, key) => put(images, key, cri.get(key)), pinned)
  // containerd 2.0 to 2.3 returns early without a runtimes table and so loses these three (properties.md D7).
  if (faithful && !isBranch(treeAt(cri, 'containerd', 'runtimes'))) return moved
  return snapshotKeys.reduce((images, key) => put(images, key, treeAt(cri, 'containerd', key)), moved)
}

const cniOf = (cni: Branch, before: Branch): Branch =>
  [...cni].reduce((after, [key, tree]) => {
    if (key !== 'bin_dir' || !isLeaf(tree)) return putMissing(after, key, tree)
    // containerd does not see that bin_dirs is set, and overrides it.
    return withTree(after, ['bin_dirs'], { value: [tree.value], origin: tree.origin })
  }, before)

const runtimeOf = (tree: Tree): Tree => {
  if (!isBranch(tree) || !tree.has('sandbox_mode') || tree.has('sandboxer')) return tree
  return new Map([...tree].map(([key, value]) => [key === 'sandbox_mode' ? 'sandboxer' : key, value]))
}

const runtimesOf = (containerd: Branch, before: Branch): Branch => {
  const kept = [...containerd].filter(([key]) => !snapshotKeys.includes(key))
  const merged = kept.reduce((after, [key, tree]) => putMissing(after, key, tree), before)
  const runtimes = merged.get('runtimes')
  if (!isBranch(runtimes)) return merged
  return withTree(merged, ['runtimes'], new Map([...runtimes].map(([name, tree]) => [name, runtimeOf(tree)])))
}

const serviceOf = (cri: Branch, before: Branch): Branch => {
  const elsewhere = new Set(['cni', 'containerd', 'sandbox_image', ...imageKeys, ...streamingKeys])
  const rest = [...cri].filter(([key]) => !elsewhere.has(key))
  const plain = rest.reduce((after, [key, tree]) => putMissing(after, key, tree), before)
  const [cni, containerd] = [cri.get('cni'), cri.get('containerd')]
  const networked = isBranch(cni) ? withTree(plain, ['cni'], cniOf(cni, branchAt(plain, 'cni'))) : plain
  return isBranch(containerd)
    ? withTree(networked, ['containerd'], runtimesOf(containerd, branchAt(networked, 'containerd')))
    : networked
}

/**
 * The one CRI plugin of version 2 becomes three (containerd `plugins/cri/{images,runtime}/plugin.go` configMigration).
 * @param faithful with the bug of containerd's own migration, which loses the snapshotter where no runtimes table stands
 */
export const migrateCri = (plugins: Branch, faithful: boolean): Branch => {
  const cri = plugins.get(cri2)
  if (!isBranch(cri)) return plugins
  const images = imagesOf(cri, branchAt(plugins, images3), faithful)
  const runtime = serviceOf(cri, branchAt(plugins, runtime3))
  const streaming: Branch = new Map([...cri].filter(([key]) => streamingKeys.includes(key)))
  const withImages = images.size > 0 ? withTree(plugins, [images3], images) : plugins
  const withRuntime = runtime.size > 0 ? withTree(withImages, [runtime3], runtime) : withImages
  return withTree(withRuntime, [cri2], streaming.size > 0 ? streaming : undefined)
}
