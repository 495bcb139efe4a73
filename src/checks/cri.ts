import { parseToml } from '../lib/toml.ts'
import { containerdConfigPath } from '../render/containerd.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { rendered } from './rendered.ts'

/** A configuration of containerd, parsed. */
export type ContainerdConfig = Readonly<Record<string, unknown>>

/** Where each setting of the CRI plugin lives: config version 2 (containerd 1.x) and version 3 (2.x). */
const places = {
  snapshotter: ['v1.cri.containerd.snapshotter', 'images.snapshotter'],
  snapshotAnnotationsOff: [
    'v1.cri.containerd.disable_snapshot_annotations',
    'images.disable_snapshot_annotations',
  ],
  discardLayers: ['v1.cri.containerd.discard_unpacked_layers', 'images.discard_unpacked_layers'],
  sandbox: ['v1.cri.sandbox_image', 'images.pinned_images.sandbox'],
  registry: ['v1.cri.registry.config_path', 'images.registry.config_path'],
  cdi: ['v1.cri.enable_cdi', 'runtime.enable_cdi'],
  defaultRuntime: ['v1.cri.containerd.default_runtime_name', 'runtime.containerd.default_runtime_name'],
  runtimes: ['v1.cri.containerd.runtimes', 'runtime.containerd.runtimes'],
  cniBinaries: ['v1.cri.cni.bin_dir', 'runtime.cni.bin_dir'],
  cniConfig: ['v1.cri.cni.conf_dir', 'runtime.cni.conf_dir'],
  selinux: ['v1.cri.enable_selinux', 'runtime.enable_selinux'],
} as const

export type CriSetting = keyof typeof places

const plugins: Readonly<Record<string, string>> = {
  'v1.cri': 'io.containerd.grpc.v1.cri',
  images: 'io.containerd.cri.v1.images',
  runtime: 'io.containerd.cri.v1.runtime',
}

/** The keys that lead to a setting, from the root of the document. */
export const placeOf = (setting: CriSetting, version: 2 | 3): readonly string[] => {
  const place = places[setting][version - 2] ?? ''
  const plugin = Object.keys(plugins).find((short) => place.startsWith(`${short}.`)) ?? ''
  return ['plugins', plugins[plugin] ?? '', ...place.slice(plugin.length + 1).split('.')]
}

/** What stands at the end of the keys; undefined where a key is missing. */
export const at = (document: unknown, keys: readonly string[]): unknown =>
  keys.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? Object.entries(value).find(([name]) => name === key)?.[1]
        : undefined,
    document,
  )

/** The version that a document says it has; containerd takes a document that says nothing for version 1. */
export const versionOfConfig = (config: ContainerdConfig): 2 | 3 => (Number(config.version) >= 3 ? 3 : 2)

/** A setting of the CRI plugin, wherever the version of the document keeps it. */
export const criSetting = (config: ContainerdConfig, setting: CriSetting): unknown =>
  at(config, placeOf(setting, versionOfConfig(config)))

/** The configuration that the spec renders. */
export const renderedContainerd = (spec: NodeSpec): ContainerdConfig =>
  parseToml(
    rendered(spec).find(({ path }) => path === containerdConfigPath)?.text ?? '',
    containerdConfigPath,
  )
