import { type Branch, branchAt, isLeaf, type Tree, treeAt, withTree } from './containerd-tree.ts'

const said = (tree: Tree | undefined): boolean =>
  isLeaf(tree) && tree.value !== '' && tree.value !== 0n && tree.value !== false

/** Moves keys of a table outside plugins into a plugin's section, unless that section stands already. */
const moveInto = (
  doc: Branch,
  from: string,
  plugin: string,
  keys: Readonly<Record<string, string>>,
): Branch => {
  const present = Object.entries(keys).filter(([key]) => treeAt(doc, from, key) !== undefined)
  if (present.length === 0 || branchAt(doc, 'plugins').has(plugin)) return doc
  const moved = present.reduce(
    (after, [key, to]) => withTree(after, ['plugins', plugin, to], treeAt(doc, from, key)),
    doc,
  )
  const emptied = present.reduce((after, [key]) => withTree(after, [from, key], undefined), moved)
  return branchAt(emptied, from).size === 0 ? withTree(emptied, [from], undefined) : emptied
}

const owned = { address: 'address', uid: 'uid', gid: 'gid' }
const sizes = {
  max_recv_message_size: 'max_recv_message_size',
  max_send_message_size: 'max_send_message_size',
}
const tcp = {
  tcp_address: 'address',
  tcp_tls_ca: 'tls_ca',
  tcp_tls_cert: 'tls_cert',
  tcp_tls_key: 'tls_key',
  tcp_tls_common_name: 'tls_common_name',
}

/** Version 4 (containerd 2.3 `serviceMigrate`): the servers of grpc, ttrpc, debug and metrics are plugins. */
export const serviceMigrate = (doc: Branch): Branch => {
  const grpcAddress = treeAt(doc, 'grpc', 'address')
  const withDebug = said(treeAt(doc, 'debug', 'address'))
    ? moveInto(doc, 'debug', 'io.containerd.server.v1.debug', owned)
    : doc
  const withTcp = said(treeAt(withDebug, 'grpc', 'tcp_address'))
    ? moveInto(withDebug, 'grpc', 'io.containerd.server.v1.grpc-tcp', tcp)
    : withDebug
  const withGrpc = said(treeAt(withTcp, 'grpc', 'address'))
    ? moveInto(withTcp, 'grpc', 'io.containerd.server.v1.grpc', { ...owned, ...sizes })
    : withTcp
  const ttrpc = 'io.containerd.server.v1.ttrpc'
  const withTtrpc = moveInto(withGrpc, 'ttrpc', ttrpc, owned)
  // Without an address of its own, ttrpc listens beside grpc.
  const beside =
    isLeaf(grpcAddress) && said(grpcAddress) && !said(treeAt(withTtrpc, 'plugins', ttrpc, 'address'))
      ? withTree(withTtrpc, ['plugins', ttrpc, 'address'], {
          value: `${String(grpcAddress.value)}.ttrpc`,
          origin: grpcAddress.origin,
        })
      : withTtrpc
  const withHistogram = said(treeAt(beside, 'metrics', 'grpc_histogram'))
    ? moveInto(beside, 'metrics', 'io.containerd.metrics.v1.grpc-prometheus', {
        grpc_histogram: 'grpc_histogram',
      })
    : beside
  return said(treeAt(withHistogram, 'metrics', 'address'))
    ? moveInto(withHistogram, 'metrics', 'io.containerd.server.v1.metrics', { address: 'address' })
    : withHistogram
}
