import { AmiproofError } from '../lib/errors.ts'
import type { TomlTable, TomlValue } from '../lib/toml.ts'
import { containerdDefaults } from './containerd-defaults.ts'
import { keyProblems } from './containerd-keys.ts'
import {
  type Branch,
  branchAt,
  harvest,
  isBranch,
  isLeaf,
  leavesOf,
  plant,
  type Tree,
  treeAt,
  withTree,
} from './containerd-tree.ts'
import { migrateCri, runtime3 } from './migrate-cri.ts'
import { modernRuntimes } from './migrate-runtimes.ts'
import { serviceMigrate } from './migrate-services.ts'

/** The `version` of a containerd configuration: 1 up to containerd 1.2, 2 from 1.3, 3 from 2.0, 4 from 2.3. */
export type ConfigVersion = 1 | 2 | 3 | 4

/** A key that has no successor. */
export interface LostKey {
  readonly key: readonly string[]
  readonly why: string
}

/** A migrated document, and the keys that the new version has no place for. */
export interface Migration {
  readonly doc: TomlTable
  readonly lost: readonly LostKey[]
}

/** Version 1 named plugins by their last word (containerd `v1MigratePluginName`). */
const renamed: Readonly<Record<string, string>> = {
  cri: 'io.containerd.grpc.v1.cri',
  cgroups: 'io.containerd.monitor.v1.cgroups',
  linux: 'io.containerd.runtime.v1.linux',
  scheduler: 'io.containerd.gc.v1.scheduler',
  bolt: 'io.containerd.metadata.v1.bolt',
  task: 'io.containerd.runtime.v2.task',
  opt: 'io.containerd.internal.v1.opt',
  restart: 'io.containerd.internal.v1.restart',
  tracing: 'io.containerd.internal.v1.tracing',
  otlp: 'io.containerd.tracing.processor.v1.otlp',
  ...Object.fromEntries(
    ['aufs', 'btrfs', 'devmapper', 'native', 'overlayfs', 'zfs', 'windows', 'windows-lcow'].map((name) => [
      name,
      `io.containerd.snapshotter.v1.${name}`,
    ]),
  ),
}
const uriOf = (name: string): string =>
  name.includes('.')
    ? name
    : ((Object.hasOwn(renamed, name) ? renamed[name] : undefined) ??
      `io.containerd.${name.endsWith('-service') ? 'service' : 'grpc'}.v1.${name}`)

const renameAll = (tree: Tree | undefined): Tree | undefined => {
  if (!isLeaf(tree) || !Array.isArray(tree.value)) return tree
  const value = tree.value.map((item: TomlValue) => (typeof item === 'string' ? uriOf(item) : item))
  return { value, origin: tree.origin }
}

const name = (doc: Branch): Branch => {
  const plugins = new Map([...branchAt(doc, 'plugins')].map(([key, tree]) => [uriOf(key), tree]))
  const named = doc.has('plugins') ? withTree(doc, ['plugins'], plugins) : doc
  return ['disabled_plugins', 'required_plugins'].reduce(
    (after, key) => withTree(after, [key], renameAll(after.get(key))),
    named,
  )
}

const move = (plugins: Branch, from: string, to: string): Branch => {
  const section = plugins.get(from)
  if (section === undefined) return plugins
  const without = withTree(plugins, [from], undefined)
  return without.has(to) ? without : withTree(without, [to], section)
}

/** `sched_core` became an environment variable of the shim (measured with 2.1.9). */
const moveSchedCore = (plugins: Branch): Branch => {
  const path = ['io.containerd.runtime.v2.task', 'sched_core']
  const schedCore = treeAt(plugins, ...path)
  if (!isLeaf(schedCore)) return plugins
  const without = withTree(plugins, path, undefined)
  const env: Tree = { value: ['SCHED_CORE=1'], origin: schedCore.origin }
  return schedCore.value === true ? withTree(without, ['io.containerd.shim.v1.manager', 'env'], env) : without
}

const split = (doc: Branch, faithful: boolean): Branch => {
  const plugins = doc.get('plugins')
  if (!isBranch(plugins)) return doc
  const restart = move(
    plugins,
    'io.containerd.internal.v1.restart',
    'io.containerd.monitor.container.v1.restart',
  )
  const cgroups = move(restart, 'io.containerd.monitor.v1.cgroups', 'io.containerd.monitor.task.v1.cgroups')
  const cri = migrateCri(moveSchedCore(cgroups), faithful)
  return withTree(doc, ['plugins'], faithful ? cri : modernRuntimes(cri))
}

/**
 * Takes a configuration, with its origins, from one version to another.
 * @param faithful as containerd itself migrates, its losses included; otherwise nothing is lost that has a successor
 */
export const migrateTree = (
  doc: Branch,
  from: ConfigVersion,
  to: ConfigVersion,
  faithful: boolean,
): Branch => {
  const second = from < 2 && to >= 2 ? name(doc) : doc
  const third = from < 3 && to >= 3 ? split(second, faithful) : second
  return from < 4 && to >= 4 ? serviceMigrate(third) : third
}

const ownOf = (at: unknown, key: string): unknown =>
  typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined

const versionText = (path: readonly string[]): string => path.join('.')

/** What version 3 has no place for: keys that containerd 1.7 knows, 2.x does not, and that say something. */
const lostIn = (before: Branch, after: Branch): readonly LostKey[] => {
  const old = containerdDefaults('1.7').plugins
  const now = containerdDefaults('2.0').plugins
  const known = (section: string): TomlTable => Object(Object(now)[section] ?? {})
  const isOld = (path: readonly string[]): boolean =>
    path.reduce<unknown>((at, key) => ownOf(at, key) ?? ownOf(at, 'runc'), old) !== undefined
  const moved = new Map(
    leavesOf(branchAt(after, 'plugins')).map(([, leaf]) => [versionText(leaf.origin.path), leaf]),
  )
  const problems = [runtime3, 'io.containerd.cri.v1.images'].flatMap((section) =>
    keyProblems(known(section), branchAt(after, 'plugins', section), [section], true),
  )
  const unknown = new Set(
    problems
      .filter(({ problem }) => problem === 'unknown')
      .flatMap(({ path }) => {
        const tree = treeAt(branchAt(after, 'plugins'), ...path)
        return isBranch(tree)
          ? leavesOf(tree).map(([, leaf]) => leaf.origin.path)
          : tree
            ? [tree.origin.path]
            : []
      })
      .map(versionText),
  )
  return leavesOf(branchAt(before, 'plugins'))
    .filter(([path, { value }]) => isOld(path) && value !== '' && value !== false && value !== 0n)
    .map(([path, leaf]) => ({ key: ['plugins', ...path], at: versionText(leaf.origin.path) }))
    .filter(({ at }) => !moved.has(at) || unknown.has(at))
    .map(({ key }) => ({ key, why: 'containerd 2 has no such setting' }))
}

/** The version a document has: its `version`, or 1 without one, as containerd takes it. @throws AmiproofError `containerd-version` */
export const versionOfDocument = (doc: TomlTable): ConfigVersion => {
  const version = Object.hasOwn(doc, 'version') ? doc.version : 1n
  if (version === 0n || version === 1n) return 1
  if (version === 2n || version === 3n || version === 4n) return version === 2n ? 2 : version === 3n ? 3 : 4
  throw new AmiproofError(
    `cannot migrate the containerd configuration: version = ${JSON.stringify(version, (_, v) => (typeof v === 'bigint' ? Number(v) : v))} is none of 1, 2, 3 and 4`,
    { kind: 'config', code: 'containerd-version', op: 'migrate the containerd configuration', blame: 'user' },
  )
}

/**
 * Migrates a containerd configuration: version 1 (short plugin names) to 2 (URIs) to 3 (the CRI plugin split in three) to 4 (servers as plugins).
 * Agrees with `containerd config migrate` of 2.1.9 but for its bugs: the snapshotter is kept without a runtimes table, and runtimes of removed
 * types get their successor.
 * @param from what the document is, when it does not say so itself
 * @returns the document, and the keys that could not be carried over
 * @throws AmiproofError `containerd-version` for an unknown version, or one above `to`
 */
export const migrateContainerd = (
  doc: TomlTable,
  to: ConfigVersion,
  from: ConfigVersion = versionOfDocument(doc),
): Migration => {
  if (from > to)
    throw new AmiproofError(
      `cannot migrate the containerd configuration: it is version ${from}, and there is no way back to ${to}`,
      {
        kind: 'config',
        code: 'containerd-version',
        op: 'migrate the containerd configuration',
        blame: 'user',
      },
    )
  const before = plant(doc, '')
  const after = migrateTree(before, from, to, false)
  const second = migrateTree(before, from, from < 2 && to >= 2 ? 2 : from, false)
  const lost = from < 3 && to >= 3 ? lostIn(second, after) : []
  return { doc: { ...harvest(after), version: BigInt(to) }, lost }
}
