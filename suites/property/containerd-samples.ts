import fc from 'fast-check'
import type { TomlTable, TomlValue } from '../../src/lib/toml.ts'
import { stringifyToml } from '../../src/lib/toml-text.ts'

type Path = readonly string[]

const word = fc.stringMatching(/^[a-z]{1,5}$/)
const path = word.map((name) => `/opt/${name}`)
const count = fc.bigInt({ min: 1n, max: 20_000n })

/** Settings of the CRI plugin that both versions have: where version 2 and version 3 keep them, and what they hold. */
const settings: readonly { v2: Path; v3: Path; value: fc.Arbitrary<TomlValue> }[] = [
  { v2: ['sandbox_image'], v3: ['images', 'pinned_images', 'sandbox'], value: word },
  { v2: ['max_concurrent_downloads'], v3: ['images', 'max_concurrent_downloads'], value: count },
  { v2: ['registry', 'config_path'], v3: ['images', 'registry', 'config_path'], value: path },
  { v2: ['containerd', 'snapshotter'], v3: ['images', 'snapshotter'], value: word },
  {
    v2: ['containerd', 'discard_unpacked_layers'],
    v3: ['images', 'discard_unpacked_layers'],
    value: fc.boolean(),
  },
  {
    v2: ['containerd', 'disable_snapshot_annotations'],
    v3: ['images', 'disable_snapshot_annotations'],
    value: fc.boolean(),
  },
  { v2: ['enable_selinux'], v3: ['runtime', 'enable_selinux'], value: fc.boolean() },
  { v2: ['max_container_log_line_size'], v3: ['runtime', 'max_container_log_line_size'], value: count },
  { v2: ['cni', 'conf_dir'], v3: ['runtime', 'cni', 'conf_dir'], value: path },
  {
    v2: ['containerd', 'default_runtime_name'],
    v3: ['runtime', 'containerd', 'default_runtime_name'],
    value: word,
  },
  ...['runc', 'other'].flatMap((name) =>
    [
      { key: ['runtime_type'], value: fc.constant<TomlValue>('io.containerd.runc.v2') },
      { key: ['options', 'SystemdCgroup'], value: fc.boolean() },
      { key: ['options', 'BinaryName'], value: path },
    ].map(({ key, value }) => ({
      v2: ['containerd', 'runtimes', name, ...key],
      v3: ['runtime', 'containerd', 'runtimes', name, ...key],
      value,
    })),
  ),
]

const nested = (at: Path, value: TomlValue): TomlTable => {
  const [key = '', ...rest] = at
  return { [key]: rest.length === 0 ? value : nested(rest, value) }
}
const join = (a: TomlValue | undefined, b: TomlValue): TomlValue =>
  typeof a === 'object' && typeof b === 'object' && !Array.isArray(a) && !Array.isArray(b)
    ? Object.fromEntries([
        ...Object.entries(a),
        ...Object.entries(b).map(([k, v]) => [k, join(Reflect.get(a, k), v)]),
      ])
    : b

/** Chosen settings in one version's own words. */
export const written = (chosen: readonly Setting[], version: 2 | 3): TomlTable =>
  chosen.reduce<TomlTable>(
    (doc, { v2, v3, value }) => {
      const [service = '', ...rest] = v3
      const at =
        version === 2 ? ['io.containerd.grpc.v1.cri', ...v2] : [`io.containerd.cri.v1.${service}`, ...rest]
      const joined = join(doc, { plugins: nested(at, value) })
      return Object(joined)
    },
    { version: BigInt(version) },
  )
export const textOf = (chosen: readonly Setting[], version: 2 | 3): string =>
  stringifyToml(written(chosen, version))

export interface Setting {
  readonly v2: Path
  readonly v3: Path
  readonly value: TomlValue
}

/** A few settings, each at most once. */
export const chosenSettings: fc.Arbitrary<readonly Setting[]> = fc
  .uniqueArray(fc.nat(settings.length - 1), { maxLength: 6 })
  .chain((indices) =>
    fc.tuple(
      ...indices.flatMap((index) => {
        const setting = settings[index]
        return setting
          ? [setting.value.map((value): Setting => ({ v2: setting.v2, v3: setting.v3, value }))]
          : []
      }),
    ),
  )

export const isRuntimeSetting = ({ v2 }: Setting): boolean => v2.includes('runtimes')
