import { AmiproofError, messageOf } from '../lib/errors.ts'
import type { Finding } from '../lib/finding.ts'
import { isTomlTable, parseToml, type TomlTable, type TomlValue, tomlErrorPosition } from '../lib/toml.ts'
import type { KeyAt } from '../lib/toml-keys.ts'
import { keyPathText, stringifyToml } from '../lib/toml-text.ts'
import { atLeast } from '../lib/versions.ts'
import { containerdDefaults, highestVersion, type Line, lineOf } from './containerd-defaults.ts'
import { telltales } from './containerd-detect.ts'
import {
  type EffectiveContainerd,
  type EffectiveWarning,
  effectiveContainerd,
} from './effective-containerd.ts'
import { lintCri } from './lint-containerd-cri.ts'
import { type Report, type Reporting, reporting } from './lint-containerd-report.ts'
import { cri2 } from './migrate-cri.ts'

const duplicateAt = (keys: readonly KeyAt[]): KeyAt | undefined => {
  const seen = new Set<string>()
  const inTables = (path: readonly string[]): boolean =>
    keys.some(({ kind, path: other }) => kind === 'tables' && other.every((part, i) => path[i] === part))
  return keys.find(({ kind, path }) => {
    if (kind === 'tables' || inTables(path)) return false
    const isAgain = seen.has(keyPathText(path))
    seen.add(keyPathText(path))
    return isAgain
  })
}

const lintSyntax = (error: unknown, keys: readonly KeyAt[], report: Report): void => {
  if (!(error instanceof AmiproofError)) throw error
  const duplicate = duplicateAt(keys)
  const at = tomlErrorPosition(error)
  if (duplicate && (!at || at.line === duplicate.at.line))
    report(
      'containerd/duplicate-table',
      duplicate.path,
      `${keyPathText(duplicate.path)} stands here a second time`,
      {
        at: duplicate.at,
      },
    )
  else {
    const problem = messageOf(error).replace(/^cannot read .*? as TOML: /, '')
    report('containerd/syntax', [], problem, { at })
  }
}

const strings = (value: TomlValue, path: readonly string[]): readonly [readonly string[], string][] =>
  typeof value === 'string'
    ? [[path, value]]
    : Array.isArray(value)
      ? value.flatMap((item: TomlValue) => strings(item, path))
      : isTomlTable(value)
        ? Object.entries(value).flatMap(([key, item]) => strings(item, [...path, key]))
        : []

/** `SANDBOX_IMAGE`, `${IMAGE}`, `{{ .Image }}`, `<image>`, `@IMAGE@`, `__IMAGE__`. */
const placeholder =
  /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$|\$\{[^}]*\}|^\$[A-Z_]+$|\{\{.*?\}\}|^<[^<>]+>$|@[A-Z_]{2,}@|__[A-Z_]{2,}__/

const lintPlaceholders = (doc: TomlTable, report: Report): void => {
  for (const [path, text] of strings(doc, []))
    if (text.length < 1000 && placeholder.test(text))
      report('containerd/placeholder', path, `${path.at(-1)} is ${JSON.stringify(text)}`)
}

const isOne = (line: Line): boolean => line.startsWith('1.')

/** Version 1 and no version at all. */
const lintUnversioned = (doc: TomlTable, line: Line, report: Report): void => {
  for (const { version, key } of telltales(doc)) {
    const isIgnored = isOne(line) || (version === 2 && line === '2.0')
    if (version === 1 && !isOne(line))
      report('containerd/old-version', key, `${keyPathText(key)} is a plugin name of version 1`)
    if (version > 1)
      report('containerd/no-version', key, `${keyPathText(key)} in a file without version`, {
        severity: isIgnored ? 'error' : 'warning',
      })
  }
}

const lintVersion = (doc: TomlTable, line: Line, report: Report): void => {
  const version = typeof doc.version === 'bigint' ? Number(doc.version) : 0
  if (version < 2) {
    lintUnversioned(doc, line, report)
    return
  }
  if (version > highestVersion[line])
    report('containerd/version-too-high', ['version'], `version = ${version} on containerd ${line}`, {
      fix: `Write version = ${highestVersion[line]} and its keys.`,
    })
  const strangers = telltales(doc).filter(
    (key) => key.version !== version && !(key.version === 3 && version === 4),
  )
  for (const { version: other, key } of strangers)
    report(
      'containerd/wrong-version-keys',
      key,
      `${keyPathText(key)} is of version ${other}, the file of version ${version}`,
      {
        // 2.x migrates version 2 and leaves keys of version 3 as they are.
        severity: other === 3 && version === 2 && !isOne(line) ? 'warning' : 'error',
      },
    )
  if (version === 2 && !isOne(line)) lintMigration(doc, report)
}

/** Of a version 2 file without runtimes, containerd's migration loses these. */
const lintMigration = (doc: TomlTable, report: Report): void => {
  const cri = isTomlTable(doc.plugins) ? doc.plugins[cri2] : undefined
  const containerd = isTomlTable(cri) ? cri.containerd : undefined
  if (!isTomlTable(containerd) || isTomlTable(containerd.runtimes)) return
  for (const key of ['snapshotter', 'disable_snapshot_annotations', 'discard_unpacked_layers'])
    if (Object.hasOwn(containerd, key))
      report(
        'containerd/lost-in-migration',
        ['plugins', cri2, 'containerd', key],
        `${key} without a runtimes table`,
      )
}

const homesOf = (name: string, table: TomlTable, path: readonly string[]): readonly (readonly string[])[] => [
  ...(Object.hasOwn(table, name) ? [path] : []),
  ...Object.entries(table).flatMap(([key, value]) =>
    isTomlTable(value) ? homesOf(name, value, [...path, key]) : [],
  ),
]

/** Where in the CRI configuration a key of that name belongs, in the version that the file is written in. */
const criHomes = (name: string, doc: TomlTable): readonly (readonly string[])[] => {
  const isThird = doc.version === 3n || doc.version === 4n
  const plugins = containerdDefaults(isThird ? '2.0' : '1.7').plugins
  if (!isTomlTable(plugins)) return []
  const sections = Object.entries(plugins).filter(
    ([uri]) => uri === cri2 || uri.startsWith('io.containerd.cri.'),
  )
  return sections.flatMap(([uri, section]) =>
    isTomlTable(section) ? homesOf(name, section, ['plugins', uri]) : [],
  )
}

/** Keys of another version than the file's, and of version 1 on 2.x, have been reported as that. */
const isToldAlready = (path: readonly string[], doc: TomlTable, line: Line): boolean => {
  const version = typeof doc.version === 'bigint' ? Math.max(1, Number(doc.version)) : 1
  return telltales(doc).some(
    (told) =>
      told.key.every((part, i) => path[i] === part) &&
      (told.version !== version || (version === 1 && !isOne(line))),
  )
}

const lintIgnored = (warning: EffectiveWarning, doc: TomlTable, line: Line, report: Report): void => {
  const { path } = warning.origin
  const name = path.at(-1) ?? ''
  const key = keyPathText(path)
  if (isToldAlready(path, doc, line)) return
  if (warning.code === 'unknown-plugin')
    report('containerd/unknown-plugin', path.slice(0, 2), `no plugin ${path[1]} in containerd ${line}`)
  if (warning.code !== 'unknown-key') return
  const homes = criHomes(name, doc)
  const [home] = homes
  if (
    home &&
    (path.length === 1 ||
      path[1] === cri2 ||
      path[1]?.startsWith('io.containerd.cri.') ||
      path[0] === 'proxy_plugins')
  )
    report('containerd/key-in-wrong-table', path, `${key} belongs to ${keyPathText(home)}`, {
      fix: `Move ${name} under [${keyPathText(home)}].`,
    })
  else report('containerd/unknown-key', path, `${key} is no key of this containerd`)
}

const lintEffective = (
  effective: EffectiveContainerd,
  doc: TomlTable,
  line: Line,
  { report, findings }: Reporting,
): void => {
  const isInError = (): boolean => findings().some(({ severity }) => severity === 'error')
  if (effective.status === 'loaded') {
    for (const warning of effective.warnings) lintIgnored(warning, doc, line, report)
    return
  }
  const path = effective.origin?.path ?? []
  const reason = effective.reason.replace(/^\/[^:]*: /, '')
  // Of another reason than a type, only what no rule has found by itself.
  if (effective.expected === 'a float') report('containerd/integer-for-float', path, reason)
  else if (effective.expected !== undefined) report('containerd/wrong-type', path, reason)
  else if (!isInError()) report('containerd/refused', path, reason)
}

const lintImports = (doc: TomlTable, line: Line, report: Report): void => {
  if (isOne(line) && Array.isArray(doc.imports) && doc.imports.length > 0)
    report('containerd/drop-ins-replace', ['imports'], `imports on containerd ${line}`)
}

/**
 * Finds what a containerd configuration says and does not mean. The rules are {@link containerdRules}; the text may be a whole file or a drop-in.
 * @param version of the containerd that will read it, e.g. `2.1.9`
 * @returns findings in the order of the text; none for a good file
 * @throws AmiproofError `version` when `version` is none
 */
export const lintContainerd = (text: string, version: string): readonly Finding[] => {
  const line = lineOf(version)
  const reported = reporting(text)
  const { report, findings, keys } = reported
  let doc: TomlTable
  try {
    doc = parseToml(text)
  } catch (error) {
    lintSyntax(error, keys, report)
    return findings()
  }
  lintVersion(doc, line, report)
  lintPlaceholders(doc, report)
  lintImports(doc, line, report)
  lintCri(doc, line, isOne(line) && !atLeast(version, '1.7.16'), report)
  // What it imports is not here to be read.
  const { imports: _, ...alone } = doc
  const file = { path: '/etc/containerd/config.toml', text: stringifyToml(alone) }
  lintEffective(effectiveContainerd([file], version), doc, line, reported)
  return findings()
}
