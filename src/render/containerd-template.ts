import { baseRuntimeSpecPath } from './base-runtime-spec.ts'
import type { Runtime } from './runtime.ts'
import { sociRoot, sociSocket } from './soci.ts'

/** What nodeadm fills into its templates. */
export interface ContainerdValues {
  readonly sandboxImage: string
  readonly enableCdi: boolean
  readonly runtime: Runtime
  readonly soci: boolean
}

const head = (version: 2 | 3): string => `version = ${version}
root = "/var/lib/containerd"
state = "/run/containerd"

[grpc]
address = "/run/containerd/containerd.sock"

`
const snapshotter = 'snapshotter = "soci"\ndisable_snapshot_annotations = false\n'
const registry = 'config_path = "/etc/containerd/certs.d:/etc/docker/certs.d"'
const cni = 'bin_dir = "/opt/cni/bin"\nconf_dir = "/etc/cni/net.d"'

/** The template leaves two newlines at the end without SOCI and none with it. */
const proxy = (soci: boolean): string =>
  soci
    ? `
[proxy_plugins.soci]
type = "snapshot"
address = "${sociSocket}"

[proxy_plugins.soci.exports]
root = "${sociRoot}"`
    : ''

const runtimeTables = (
  plugin: string,
  { name, binary }: Runtime,
): string => `[plugins.${plugin}.containerd.runtimes.${name}]
runtime_type = "io.containerd.runc.v2"
base_runtime_spec = "${baseRuntimeSpecPath}"

[plugins.${plugin}.containerd.runtimes.${name}.options]
BinaryName = "${binary}"
SystemdCgroup = true
`

const version2 = (v: ContainerdValues): string => `${head(2)}[plugins."io.containerd.grpc.v1.cri".containerd]
default_runtime_name = "${v.runtime.name}"
discard_unpacked_layers = true
${v.soci ? snapshotter : ''}
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "${v.sandboxImage}"
enable_cdi = ${v.enableCdi}

[plugins."io.containerd.grpc.v1.cri".registry]
${registry}

${runtimeTables('"io.containerd.grpc.v1.cri"', v.runtime)}
[plugins."io.containerd.grpc.v1.cri".cni]
${cni}

${proxy(v.soci)}`

const version3 = (v: ContainerdValues): string => `${head(3)}[plugins.'io.containerd.cri.v1.images']
discard_unpacked_layers = true
${v.soci ? snapshotter : ''}
[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = "${v.sandboxImage}"

[plugins."io.containerd.cri.v1.images".registry]
${registry}

[plugins.'io.containerd.cri.v1.runtime']
enable_cdi = ${v.enableCdi}

[plugins.'io.containerd.cri.v1.runtime'.containerd]
default_runtime_name = "${v.runtime.name}"

${runtimeTables("'io.containerd.cri.v1.runtime'", v.runtime)}
[plugins.'io.containerd.cri.v1.runtime'.cni]
${cni}

${proxy(v.soci)}`

/** nodeadm's text byte for byte (`config.template.toml`, `config2.template.toml`); the sandbox image is not escaped. */
export const containerdTemplate = (version: 2 | 3, values: ContainerdValues): string =>
  version === 2 ? version2(values) : version3(values)
