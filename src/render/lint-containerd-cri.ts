import { isTomlTable, type TomlTable, type TomlValue } from '../lib/toml.ts'
import type { Line } from './containerd-defaults.ts'
import type { Report } from './lint-containerd-report.ts'
import { cri2, images3, runtime3 } from './migrate-cri.ts'
import { removedRuntimeTypes } from './migrate-runtimes.ts'

type Path = readonly string[]

const valueAt = (doc: TomlTable, path: Path): TomlValue | undefined =>
  path.reduce<TomlValue | undefined>(
    (at, key) => (isTomlTable(at) && Object.hasOwn(at, key) ? at[key] : undefined),
    doc,
  )
const tableAt = (doc: TomlTable, path: Path): TomlTable => {
  const value = valueAt(doc, path)
  return isTomlTable(value) ? value : {}
}

/** Where the versions keep what the lint looks at. */
const layouts: readonly { containerd: Path; images: Path; registry: Path }[] = [
  ...['cri', cri2].map((cri) => ({
    containerd: ['plugins', cri, 'containerd'],
    images: ['plugins', cri, 'containerd'],
    registry: ['plugins', cri, 'registry'],
  })),
  {
    containerd: ['plugins', runtime3, 'containerd'],
    images: ['plugins', images3],
    registry: ['plugins', images3, 'registry'],
  },
]

/** Snapshotters that containerd brings along. */
const builtIn: readonly string[] = [
  'overlayfs',
  'native',
  'btrfs',
  'devmapper',
  'zfs',
  'aufs',
  'blockfile',
  'erofs',
]

const unpackers = ['plugins', 'io.containerd.transfer.v1.local', 'unpack_config']

/** Every place that names a snapshotter: the CRI plugin, runtimes, the transfer service. */
const snapshotters = (doc: TomlTable): readonly { name: string; path: Path }[] => {
  const paths = layouts.flatMap(({ containerd, images }) => [
    [...images, 'snapshotter'],
    ...Object.keys(tableAt(doc, [...containerd, 'runtimes'])).map((runtime) => [
      ...containerd,
      'runtimes',
      runtime,
      'snapshotter',
    ]),
  ])
  const named = paths.map((path) => ({ name: valueAt(doc, path), path }))
  const unpack = valueAt(doc, unpackers)
  const unpacked = (Array.isArray(unpack) ? unpack : []).map((entry: TomlValue) => ({
    name: isTomlTable(entry) ? entry.snapshotter : undefined,
    path: unpackers,
  }))
  return [...named, ...unpacked].flatMap(({ name, path }) =>
    typeof name === 'string' && name !== '' ? [{ name, path }] : [],
  )
}

const lintSnapshotters = (doc: TomlTable, report: Report, hasImports: boolean): void => {
  const proxies = tableAt(doc, ['proxy_plugins'])
  for (const { name, path } of snapshotters(doc)) {
    if (builtIn.includes(name)) continue
    // An imported file may bring the plugin.
    if (!Object.hasOwn(proxies, name) && !hasImports)
      report('containerd/snapshotter-without-plugin', path, `snapshotter = "${name}" names no snapshotter`)
  }
  for (const { images } of layouts) {
    const { snapshotter, disable_snapshot_annotations: disabled } = tableAt(doc, images)
    if (typeof snapshotter === 'string' && snapshotter !== '' && !builtIn.includes(snapshotter)) {
      const exported = valueAt(doc, [
        'proxy_plugins',
        snapshotter,
        'exports',
        'enable_remote_snapshot_annotations',
      ])
      if (disabled !== false && exported !== 'true')
        report(
          'containerd/no-snapshot-annotations',
          [...images, disabled === undefined ? 'snapshotter' : 'disable_snapshot_annotations'],
          `snapshotter = "${snapshotter}" without disable_snapshot_annotations = false`,
        )
    }
  }
}

const lintProxies = (doc: TomlTable, report: Report, isBefore1716: boolean): void => {
  for (const [name, proxy] of Object.entries(tableAt(doc, ['proxy_plugins']))) {
    if (!isTomlTable(proxy) || proxy.type !== 'snapshot') continue
    const path = ['proxy_plugins', name]
    const exports = isTomlTable(proxy.exports) ? proxy.exports : {}
    if (typeof exports.root !== 'string' || exports.root === '')
      report('containerd/proxy-without-root', path, `proxy plugin ${name} has no exports.root`)
    else if (isBefore1716)
      report(
        'containerd/exports-unread',
        [...path, 'exports'],
        `the exports of proxy plugin ${name} are not used`,
      )
  }
}

const lintRuntime = (doc: TomlTable, path: Path, line: Line, isDefault: boolean, report: Report): void => {
  const { runtime_type: type, options } = tableAt(doc, path)
  const name = path.at(-1) ?? ''
  if (typeof type === 'string' && removedRuntimeTypes.includes(type)) {
    const rule = line.startsWith('1.') ? 'containerd/deprecated-runtime' : 'containerd/removed-runtime'
    report(rule, [...path, 'runtime_type'], `runtime ${name} has runtime_type = "${type}"`)
  }
  const systemd = isTomlTable(options) ? options.SystemdCgroup : undefined
  if (isDefault && type !== undefined && systemd !== true)
    report(
      'containerd/cgroup-driver',
      systemd === undefined ? path : [...path, 'options', 'SystemdCgroup'],
      `the default runtime ${name} has ${systemd === undefined ? 'no SystemdCgroup' : `SystemdCgroup = ${systemd}`}`,
    )
}

const lintRuntimes = (doc: TomlTable, line: Line, report: Report): void => {
  for (const { containerd } of layouts) {
    const { default_runtime_name: chosen, runtimes } = tableAt(doc, containerd)
    if (!isTomlTable(runtimes)) continue
    const fallback = typeof chosen === 'string' ? chosen : 'runc'
    for (const name of Object.keys(runtimes))
      lintRuntime(doc, [...containerd, 'runtimes', name], line, name === fallback, report)
    // go-toml v2 leaves the built-in runc beside what the file adds, go-toml v1 does not.
    const isThere = Object.hasOwn(runtimes, fallback) || (fallback === 'runc' && !line.startsWith('1.'))
    if (!isThere)
      report(
        'containerd/no-default-runtime',
        [...containerd, typeof chosen === 'string' ? 'default_runtime_name' : 'runtimes'],
        `the default runtime ${fallback} is not among the runtimes`,
      )
  }
}

const lintRegistry = (doc: TomlTable, report: Report): void => {
  for (const { registry } of layouts) {
    const { config_path: path, mirrors, configs } = tableAt(doc, registry)
    if (typeof path !== 'string' || path === '') continue
    for (const [key, value] of Object.entries({ mirrors, configs }))
      if (isTomlTable(value) && Object.keys(value).length > 0)
        report(
          'containerd/registry-conflict',
          [...registry, key],
          `registry.${key} beside registry.config_path`,
        )
  }
}

/** What can be wrong inside a well-formed CRI configuration. */
export const lintCri = (doc: TomlTable, line: Line, isBefore1716: boolean, report: Report): void => {
  lintSnapshotters(doc, report, Array.isArray(doc.imports) && doc.imports.length > 0)
  lintProxies(doc, report, isBefore1716)
  lintRuntimes(doc, line, report)
  lintRegistry(doc, report)
}
