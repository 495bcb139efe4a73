import { AmiproofError } from '../lib/errors.ts'
import { isTomlTable, type TomlTable } from '../lib/toml.ts'
import { keyPathText } from '../lib/toml-text.ts'
import { type ConfigVersion, versionOfDocument } from './migrate-containerd.ts'
import { cri2, images3, runtime3, streamingKeys } from './migrate-cri.ts'

/** A key that only one configuration version has. */
export interface Telltale {
  readonly version: ConfigVersion
  readonly key: readonly string[]
}

const telltale = (uri: string, section: unknown): readonly Telltale[] => {
  const found = (version: ConfigVersion, ...rest: string[]): Telltale => ({
    version,
    key: ['plugins', uri, ...rest],
  })
  if (!uri.includes('.')) return [found(1)]
  if (uri === images3 || uri === runtime3) return [found(3)]
  if (uri.startsWith('io.containerd.server.v1.')) return [found(4)]
  if (uri !== cri2 || !isTomlTable(section)) return []
  // The streaming server keeps its section in version 3, so that the name alone proves nothing.
  return Object.keys(section)
    .filter((key) => !streamingKeys.includes(key))
    .map((key) => found(2, key))
}

/** The keys of a document that give its version away. */
export const telltales = (doc: TomlTable): readonly Telltale[] =>
  isTomlTable(doc.plugins)
    ? Object.entries(doc.plugins).flatMap(([uri, section]) => telltale(uri, section))
    : []

/** A document and the versions it can be read as: what it says, what its keys are, or neither. */
export interface Detected {
  readonly declared: ConfigVersion | undefined
  readonly named: readonly Telltale[]
}

/** @throws AmiproofError `containerd-version` when `version` is none that there is */
export const detectVersion = (doc: TomlTable): Detected => ({
  declared: Object.hasOwn(doc, 'version') ? versionOfDocument(doc) : undefined,
  named: telltales(doc),
})

const list = (found: readonly Telltale[]): string => found.map(({ key }) => keyPathText(key)).join(', ')

const contradiction = (what: string, problem: string): AmiproofError =>
  new AmiproofError(`cannot use ${what}: ${problem}`, {
    kind: 'config',
    code: 'containerd-version-mismatch',
    op: `read ${what}`,
    blame: 'user',
  })

/**
 * The version of a user's configuration by its `version` key and by its key names, which must agree: containerd would ignore the keys of the other
 * version without a word (measured.md F9).
 * @param otherwise what a document is that says neither
 * @throws AmiproofError `containerd-version-mismatch` naming the keys that would be lost
 */
export const decideVersion = (doc: TomlTable, what: string, otherwise: ConfigVersion): ConfigVersion => {
  const { declared, named } = detectVersion(doc)
  const [first] = named
  if (first === undefined) return declared ?? otherwise
  const strangers = named.filter(({ version }) => version !== first.version)
  if (strangers.length > 0)
    throw contradiction(
      what,
      `${list(named.filter(({ version }) => version === first.version))} belongs to version ${first.version} and ${list(strangers)} to version ${strangers[0]?.version}, and containerd reads only one of them; write all keys in one version`,
    )
  if (declared !== undefined && declared !== first.version)
    throw contradiction(
      what,
      `it says version = ${declared}, and containerd would lose ${list(named)}, which version ${first.version} has; set version = ${first.version}`,
    )
  return first.version
}
