import { atLeast } from '../lib/versions.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { baseRuntimeSpecFile } from './base-runtime-spec.ts'
import type { Compat } from './compat.ts'
import { combineAsNodeadm, migrateAsContainerd, nodeadmContainerdVersion } from './containerd-nodeadm.ts'
import { combineStrictly } from './containerd-strict.ts'
import type { ContainerdValues } from './containerd-template.ts'
import type { NodeFile } from './node-file.ts'
import { runtimeOf } from './runtime.ts'
import { isSociOn, renderSoci } from './soci.ts'

export const containerdConfigPath = '/etc/containerd/config.toml'

/** How to treat what containerd or nodeadm would lose. */
export interface ContainerdOptions {
  /** Reproduce nodeadm, its silent losses included. Without it, a configuration that would lose keys is refused. */
  readonly compat?: Compat
}

/** What the spec fills into the template. CDI devices are on from Kubernetes 1.32 (nodeadm `containerd/config.go`). */
export const containerdValues = (spec: NodeSpec): ContainerdValues => ({
  sandboxImage: spec.image.sandboxImage,
  enableCdi: atLeast(spec.image.kubernetes, '1.32'),
  runtime: runtimeOf(spec.image.variant),
  soci: isSociOn(spec),
})

/** nodeadm's own file; where nodeadm has containerd rewrite it, migrated as containerd migrates it, without the defaults that it adds. */
const nodeadmText = (spec: NodeSpec, values: ContainerdValues, user: string): string => {
  const version = nodeadmContainerdVersion(spec.image.containerd)
  const { text, migrates } = combineAsNodeadm(version, values, user)
  return migrates ? migrateAsContainerd(text, version) : text
}

const strictText = (spec: NodeSpec, values: ContainerdValues, user: string): string =>
  combineStrictly(spec.image.containerd, values, user)

/**
 * The files that make containerd what the spec says: `/etc/containerd/config.toml`, the base runtime spec and, when SOCI is on, the
 * snapshotter's configuration and its systemd drop-in. Without user configuration the text is nodeadm's byte for byte.
 * @throws AmiproofError `toml-syntax`, `version`, `containerd-*` when the user's configuration cannot take effect
 */
export const renderContainerd = (spec: NodeSpec, options: ContainerdOptions = {}): readonly NodeFile[] => {
  const user = spec.join?.spec.containerd
  const render = options.compat === 'nodeadm' ? nodeadmText : strictText
  const config: NodeFile = {
    path: containerdConfigPath,
    mode: '0644',
    owner: 'root:root',
    text: render(spec, containerdValues(spec), user?.config ?? ''),
    format: 'toml',
    phase: 'join',
  }
  return [baseRuntimeSpecFile(user?.baseRuntimeSpec), config, ...renderSoci(spec)]
}
