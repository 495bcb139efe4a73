import { AmiproofError } from '../lib/errors.ts'
import { parseToml } from '../lib/toml.ts'
import { stringifyToml } from '../lib/toml-text.ts'
import { atLeast, versionOf } from '../lib/versions.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { baseRuntimeSpecFile } from './base-runtime-spec.ts'
import { combineAsNodeadm, mergeToml } from './containerd-nodeadm.ts'
import { type ContainerdValues, containerdTemplate } from './containerd-template.ts'
import type { NodeFile } from './node-file.ts'
import { runtimeOf } from './runtime.ts'
import { isSociOn, renderSoci } from './soci.ts'

export const containerdConfigPath = '/etc/containerd/config.toml'

export interface ContainerdOptions {
  /** Reproduce nodeadm, its silent losses included. Without it, a configuration that would lose keys is refused. */
  readonly compat?: 'nodeadm'
}

const isTomlSafe = (text: string): boolean => !/["\\\0-\x1f\x7f]/.test(text)

/** CDI devices are on from Kubernetes 1.32 (nodeadm `containerd/config.go`). */
const valuesOf = (spec: NodeSpec): ContainerdValues => ({
  sandboxImage: spec.image.sandboxImage,
  enableCdi: atLeast(spec.image.kubernetes, '1.32'),
  runtime: runtimeOf(spec.image.variant),
  soci: isSociOn(spec),
})

/** The configuration version that a containerd is given: 3 from 2.0 on, 2 before. */
export const configVersionFor = (containerd: string): 2 | 3 =>
  versionOf(containerd, 'a containerd version').core[0] >= 2 ? 3 : 2

const strictText = (spec: NodeSpec, values: ContainerdValues, user: string): string => {
  if (!isTomlSafe(values.sandboxImage))
    throw new AmiproofError(
      `cannot render ${containerdConfigPath}: the sandbox image ${JSON.stringify(values.sandboxImage)} holds a character that no image name has`,
      { kind: 'config', code: 'sandbox-image', op: `render ${containerdConfigPath}`, blame: 'user' },
    )
  const text = containerdTemplate(configVersionFor(spec.image.containerd), values)
  if (user.trim() === '') return text
  return stringifyToml(mergeToml(parseToml(text), parseToml(user, 'spec.containerd.config')))
}

const nodeadmText = (spec: NodeSpec, values: ContainerdValues, user: string): string =>
  combineAsNodeadm(spec.image.containerd, values, user).text

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
    text: render(spec, valuesOf(spec), user?.config ?? ''),
    format: 'toml',
    phase: 'join',
  }
  return [baseRuntimeSpecFile(user?.baseRuntimeSpec), config, ...renderSoci(spec)]
}
