import { AmiproofError, messageOf } from '../lib/errors.ts'
import { parseToml, type TomlTable } from '../lib/toml.ts'
import { keyPathText } from '../lib/toml-text.ts'
import { defaultTree, highestVersion, type Line } from './containerd-defaults.ts'
import { resolveImports } from './containerd-imports.ts'
import { mergeConfig } from './containerd-merge.ts'
import { topProblems } from './containerd-top.ts'
import { type Branch, branchAt, isLeaf, type Origin, plant, treeAt, withTree } from './containerd-tree.ts'
import { type ConfigVersion, migrateTree } from './migrate-containerd.ts'

/** A file that containerd may read: `/etc/containerd/config.toml` and what it imports. */
export interface ConfigFile {
  readonly path: string
  readonly text: string
}

/** Something that is written and has no effect, or a start that is in danger. */
export interface EffectiveWarning {
  readonly code: 'unknown-key' | 'unknown-plugin' | 'wrong-version' | 'import-absent'
  readonly message: string
  readonly origin: Origin
  /** Whether containerd's own log says so. */
  readonly logged: boolean
}

export interface Loaded {
  readonly config: Branch
  readonly version: number
  readonly warnings: readonly EffectiveWarning[]
}

/** Why containerd does not start, and the key at fault where one is. */
export interface Refusal {
  readonly origin?: Origin | undefined
  /** The type that the key must have, when it has another. */
  readonly expected?: string | undefined
  readonly cause?: unknown
}

/** What {@link refuses} was told. */
export const refusalOf = (error: AmiproofError): Refusal =>
  typeof error.cause === 'object' && error.cause !== null ? error.cause : {}

export const refuses = (reason: string, cause: Refusal = {}): AmiproofError =>
  new AmiproofError(reason, {
    kind: 'config',
    code: 'containerd-refuses',
    op: 'load the containerd configuration',
    blame: 'image',
    cause,
  })

interface Read {
  readonly path: string
  readonly doc: Branch
  /** 0 when the file says nothing. */
  readonly version: number
  readonly warnings: readonly EffectiveWarning[]
}

const read = (file: ConfigFile, line: Line): Read => {
  let table: TomlTable
  try {
    table = parseToml(file.text, file.path)
  } catch (error) {
    throw refuses(messageOf(error), { cause: error })
  }
  const problems = topProblems(table)
  const wrong = problems.find(({ problem }) => problem === 'type')
  if (wrong)
    throw refuses(
      `${file.path}: ${keyPathText(wrong.path)} is ${wrong.actual}, where containerd reads ${wrong.expected}`,
      { origin: { file: file.path, path: wrong.path }, expected: wrong.expected },
    )
  const unknown = problems.map(({ path }) => path)
  const doc = unknown.reduce((after, path) => withTree(after, path, undefined), plant(table, file.path))
  const warnings = unknown.map(
    (path): EffectiveWarning => ({
      code: 'unknown-key',
      message: `${keyPathText(path)} is no key of containerd's`,
      origin: { file: file.path, path },
      logged: !line.startsWith('1.'),
    }),
  )
  return { path: file.path, doc, version: Number(table.version ?? 0), warnings }
}

const strings = (doc: Branch, key: string): readonly string[] => {
  const leaf = doc.get(key)
  return isLeaf(leaf) && Array.isArray(leaf.value) ? leaf.value.map(String) : []
}

/** Reads the main file and, breadth first, what it imports. */
const readAll = (
  files: readonly ConfigFile[],
  line: Line,
): { reads: readonly Read[]; missing: readonly Origin[] } => {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const main = files[0]?.path
  const pending: { path: string; from: string }[] = main === undefined ? [] : [{ path: main, from: '' }]
  const done = new Set<string>()
  const reads: Read[] = []
  const missing: Origin[] = []
  for (let next = pending.shift(); next; next = pending.shift()) {
    if (done.has(next.path)) continue
    done.add(next.path)
    const file = byPath.get(next.path)
    if (file) {
      const one = read(file, line)
      reads.push(one)
      const imported = resolveImports(file.path, strings(one.doc, 'imports'), [...byPath.keys()])
      pending.push(...imported.map((path) => ({ path, from: file.path })))
    } else missing.push({ file: next.from, path: ['imports', next.path] })
  }
  return { reads, missing }
}

const toVersion = (version: number): ConfigVersion =>
  version >= 4 ? 4 : version === 3 ? 3 : version === 2 ? 2 : 1

/** What happens to one file before it is merged: 2.0 to 2.2 only rename short plugin names, 2.3 migrates whole (D6). */
const prepare = (one: Read, loaded: number, line: Line): Branch => {
  if (line.startsWith('1.')) return one.doc
  if (line === '2.3') return migrateTree(one.doc, toVersion(one.version), 4, true)
  if (one.version > 1) return one.doc
  // containerd looks for a migration beyond its own version, and panics.
  if (loaded > 3) throw refuses(`${one.path}: a file without version below one of version ${loaded}`)
  return loaded >= 2 ? migrateTree(one.doc, 1, 2, true) : one.doc
}

const start: Readonly<Record<Line, number>> = { '1.6': 1, '1.7': 1, '2.0': 3, '2.3': 4 }

const checkVersions = (reads: readonly Read[], version: number, line: Line): void => {
  const last = reads.findLast((one) => one.version !== 0)
  if (line !== '1.6' && version > highestVersion[line])
    throw refuses(
      `${last?.path}: containerd ${line} reads configuration up to version ${highestVersion[line]}, this is ${version}`,
      { origin: { file: last?.path ?? '', path: ['version'] } },
    )
  const root = reads[0]?.version ?? 0
  const higher = reads.find((one) => one.version > root)
  if (line === '2.3' && root > 0 && higher)
    throw refuses(
      `${higher.path}: version ${higher.version} is higher than version ${root} of ${reads[0]?.path}`,
      { origin: { file: higher.path, path: ['version'] } },
    )
}

const originOfList = (config: Branch, key: string): Origin | undefined => {
  const leaf = config.get(key)
  return isLeaf(leaf) ? leaf.origin : undefined
}

const uri1 = /^io\.containerd\.[^.]*\../s

/** A proxy snapshotter cannot take the name of one that containerd brings along: it panics. */
const checkProxies = (config: Branch, line: Line): void => {
  const builtIn = branchAt(defaultTree(line), 'plugins')
  for (const [name, proxy] of branchAt(config, 'proxy_plugins')) {
    const type = treeAt(proxy, 'type')
    if (isLeaf(type) && type.value === 'snapshot' && builtIn.has(`io.containerd.snapshotter.v1.${name}`))
      throw refuses(
        `${type.origin.file}: proxy_plugins.${name} takes the name of a snapshotter that containerd ${line} has`,
        {
          origin: { ...type.origin, path: type.origin.path.slice(0, 2) },
        },
      )
  }
}

const checkPlugins = (config: Branch, version: number, line: Line): void => {
  checkProxies(config, line)
  if (line.startsWith('1.') && version < 2) return
  const short = [...branchAt(config, 'plugins').keys()].find((key) => !uri1.test(key))
  if (line.startsWith('1.') && short !== undefined)
    throw refuses(
      `plugins.${keyPathText([short])} is no plugin URI, which version 2 needs on containerd ${line}`,
      {
        origin: { file: '', path: ['plugins', short] },
      },
    )
  for (const list of ['disabled_plugins', 'required_plugins'])
    for (const plugin of strings(config, list))
      if (!(line.startsWith('1.') ? uri1.test(plugin) : plugin.includes('.')))
        throw refuses(
          `${list} names ${JSON.stringify(plugin)}, where containerd reads URIs such as io.containerd.grpc.v1.cri`,
          { origin: originOfList(config, list) },
        )
}

/**
 * Loads and merges as a release does, up to the point where plugins read their sections.
 * @throws AmiproofError `containerd-refuses` when the release does not start with these files
 */
export const loadConfig = (files: readonly ConfigFile[], base: Branch, line: Line): Loaded => {
  const { reads, missing } = readAll(files, line)
  const [gone] = missing
  if (gone && line.startsWith('1.'))
    throw refuses(`${gone.file} imports ${gone.path[1]}, which does not exist`, { origin: gone })
  let config = base
  let version = start[line]
  for (const one of reads) {
    config = mergeConfig(config, prepare(one, version, line), line)
    version =
      line === '2.3'
        ? Math.max(4, one.version)
        : one.version > 1 || (line.startsWith('1.') && one.version !== 0)
          ? one.version
          : version
  }
  checkVersions(reads, version, line)
  checkPlugins(config, version, line)
  const ready = line === '2.0' && version < 3 ? migrateTree(config, 2, 3, true) : config
  const imports = { value: reads.map(({ path }) => path), origin: { file: '', path: [] } }
  return {
    config: line.startsWith('1.') ? withTree(ready, ['imports'], imports) : ready,
    version,
    warnings: [
      ...reads.flatMap((one) => one.warnings),
      ...missing.map(
        (origin): EffectiveWarning => ({
          code: 'import-absent',
          message: `${origin.path[1]} is imported and does not exist: containerd will not start`,
          origin,
          logged: true,
        }),
      ),
    ],
  }
}
