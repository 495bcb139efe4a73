import { AmiproofError } from '../lib/errors.ts'
import type { TomlTable } from '../lib/toml.ts'
import { keyPathText } from '../lib/toml-text.ts'
import { decodePlugin, decodeProxy, sectionDefaults } from './containerd-decode.ts'
import { containerdDefaults, defaultTree, type Line, lineOf } from './containerd-defaults.ts'
import { aKind, type KeyProblem, keyProblems } from './containerd-keys.ts'
import {
  type Branch,
  branchAt,
  harvest,
  isBranch,
  leavesOf,
  type Origin,
  type Tree,
  withTree,
} from './containerd-tree.ts'
import {
  type ConfigFile,
  type EffectiveWarning,
  type Loaded,
  loadConfig,
  refusalOf,
  refuses,
} from './effective-containerd-load.ts'
import { migrateTree } from './migrate-containerd.ts'

export type { ConfigFile, EffectiveWarning } from './effective-containerd-load.ts'

/** What containerd makes of its files: a configuration, or a refusal to start. */
export type EffectiveContainerd =
  | {
      readonly status: 'loaded'
      /** The configuration version that the release works with, as `containerd config dump` prints it. */
      readonly version: number
      /** Everything, built-in defaults included, as `containerd config dump` prints it. */
      readonly config: TomlTable
      /** Which file and key gave a value, by its path in `config` written as TOML; built-in defaults are not listed. */
      readonly origins: Readonly<Record<string, Origin>>
      readonly warnings: readonly EffectiveWarning[]
    }
  | {
      readonly status: 'refused'
      readonly reason: string
      /** The key at fault, where one is. */
      readonly origin: Origin | undefined
      /** The type that the key must have, when it has another. */
      readonly expected: string | undefined
    }

const ignoredWarning = (problem: KeyProblem, section: Branch, line: Line): EffectiveWarning => {
  const tree = problem.path
    .slice(1)
    .reduce<Tree | undefined>((at, key) => (isBranch(at) ? at.get(key) : undefined), section)
  const first = isBranch(tree) ? leavesOf(tree)[0]?.[1].origin : problem.origin
  return {
    code: 'unknown-key',
    message: `containerd ${line} does not know plugins.${keyPathText(problem.path)} and ignores it`,
    origin: first ?? { file: '', path: ['plugins', ...problem.path] },
    logged: !line.startsWith('1.'),
  }
}

/** A release reads version 1 by short plugin names alone: URIs in it are ignored without a word. */
const sectionsOf = (
  loaded: Loaded,
  line: Line,
): { plugins: Branch; warnings: readonly EffectiveWarning[] } => {
  const plugins = branchAt(loaded.config, 'plugins')
  if (!line.startsWith('1.') || loaded.version >= 2) return { plugins, warnings: [] }
  const [uris, short] = [
    [...plugins].filter(([k]) => k.includes('.')),
    [...plugins].filter(([k]) => !k.includes('.')),
  ]
  const named = migrateTree(new Map([['plugins', new Map(short)]]), 1, 2, true)
  const warnings = uris.map(
    ([uri, tree]): EffectiveWarning => ({
      code: 'wrong-version',
      message: `without version = 2, containerd ${line} reads short plugin names and ignores plugins.${keyPathText([uri])}`,
      origin: (isBranch(tree) ? leavesOf(tree)[0]?.[1].origin : tree.origin) ?? {
        file: '',
        path: ['plugins', uri],
      },
      logged: false,
    }),
  )
  return { plugins: branchAt(named, 'plugins'), warnings }
}

const readPlugin = (
  defaults: TomlTable,
  uri: string,
  section: Branch,
  line: Line,
): { section: Branch; warnings: readonly EffectiveWarning[] } => {
  const known = sectionDefaults(defaults, uri)
  if (!known) {
    const origin = leavesOf(section)[0]?.[1].origin
    const message = `containerd ${line} has no plugin ${uri}: its section has no effect`
    return {
      section,
      warnings: origin ? [{ code: 'unknown-plugin', message, origin, logged: false }] : [],
    }
  }
  const problems = keyProblems(known, section, [uri], !line.startsWith('1.'))
  const wrong = problems.find(({ problem }) => problem === 'type')
  if (wrong)
    throw refuses(
      `${wrong.origin?.file ?? 'the configuration'}: plugins.${keyPathText(wrong.path)} is ${aKind(wrong.actual)}, where containerd ${line} reads ${aKind(wrong.expected ?? 'table')}`,
      { origin: wrong.origin, expected: aKind(wrong.expected ?? 'table') },
    )
  return {
    section: decodePlugin(
      branchAt(defaultTree(line), 'plugins', uri),
      section,
      problems.map(({ path }) => path),
      line,
    ),
    warnings: problems.map((problem) => ignoredWarning(problem, section, line)),
  }
}

const load = (files: readonly ConfigFile[], line: Line): EffectiveContainerd => {
  const defaults = containerdDefaults(line)
  const base = withTree(defaultTree(line), ['plugins'], undefined)
  const loaded = loadConfig(files, base, line)
  const { plugins, warnings } = sectionsOf(loaded, line)
  const read = [...plugins].flatMap(([uri, tree]) =>
    isBranch(tree) ? [[uri, readPlugin(defaults, uri, tree, line)] as const] : [],
  )
  const builtIn = branchAt(defaultTree(line), 'plugins')
  // 1.x prints the plugins that it has, 2.x also what it was told.
  const shown = read.filter(([uri]) => builtIn.has(uri) || !line.startsWith('1.'))
  const sections: Branch = new Map([
    ...builtIn,
    ...shown.map(([uri, { section }]) => [uri, section] as const),
  ])
  const proxies = [...branchAt(loaded.config, 'proxy_plugins')].map(([name, tree]): [string, Tree] => [
    name,
    isBranch(tree) ? decodeProxy(tree, line) : tree,
  ])
  const version = line.startsWith('1.') ? 2 : line === '2.3' ? 4 : 3
  // 2.x leaves an empty table out of its dump.
  const isProxied = proxies.length > 0 || line.startsWith('1.')
  const tree = withTree(
    withTree(loaded.config, ['plugins'], sections),
    ['proxy_plugins'],
    isProxied ? new Map(proxies) : undefined,
  )
  const config = { ...harvest(tree), version: BigInt(version) }
  const origins = leavesOf(tree).filter(([, { origin }]) => origin.file !== '')
  return {
    status: 'loaded',
    version,
    config,
    origins: Object.fromEntries(origins.map(([path, { origin }]) => [keyPathText(path), origin])),
    warnings: [...loaded.warnings, ...warnings, ...read.flatMap(([, { warnings: own }]) => own)],
  }
}

/**
 * The configuration that a containerd really works with, from the files on disk: imports, merge, migration and defaults as that release does them
 * (properties.md D; measured with 1.6.20, 1.7.24 and 2.1.9, read in the source for 2.0, 2.2 and 2.3).
 * @param files the main file first, then every file that its imports may find
 * @param version of containerd, e.g. `2.1.9`
 * @throws AmiproofError `version` when `version` is none
 */
export const effectiveContainerd = (files: readonly ConfigFile[], version: string): EffectiveContainerd => {
  const line = lineOf(version)
  try {
    return load(files, line)
  } catch (error) {
    if (!(error instanceof AmiproofError) || error.code !== 'containerd-refuses') throw error
    const { origin, expected } = refusalOf(error)
    return { status: 'refused', reason: error.message, origin, expected }
  }
}

/** The origin of one value, or undefined for a built-in default. */
export const originOf = (effective: EffectiveContainerd, path: readonly string[]): Origin | undefined => {
  const text = keyPathText(path)
  return effective.status === 'loaded' && Object.hasOwn(effective.origins, text)
    ? effective.origins[text]
    : undefined
}
