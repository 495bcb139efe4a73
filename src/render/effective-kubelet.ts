import { compareBytes } from '../lib/bytes.ts'
import { atLeast } from '../lib/versions.ts'
import { fieldValue, givenFlags } from './kubelet-command-line.ts'
import { type ConfigFile, readKubeletDocument } from './kubelet-document.ts'
import { fieldsBelow, fieldTree, type KubeletField, kubeletFields, kubeletFlag } from './kubelet-tables.ts'
import {
  at,
  filled,
  leaves,
  patched,
  plain,
  plainObject,
  pointer,
  type Source,
  type Sourced,
  sourced,
  withValue,
} from './sourced-tree.ts'

/** What the kubelet runs with. */
export interface EffectiveKubelet {
  /** KubeletConfiguration with every known default. */
  readonly config: Readonly<Record<string, unknown>>
  /** Flags that have no field, by name without dashes; the last of several wins, maps are joined. */
  readonly flags: Readonly<Record<string, string>>
  /** Where each leaf of `config` comes from, by JSON pointer: `/evictionHard/memory.available`. */
  readonly origin: ReadonlyMap<string, Source>
  /** Why the kubelet would not start with this; then `config` leaves the offending file or flag out. */
  readonly refused: readonly string[]
  /** What the kubelet ignores without failing: unknown keys, files that are not *.conf. */
  readonly notes: readonly string[]
}

/** What else decides whether the kubelet starts. */
export interface KubeletCircumstances {
  /** Of Kubernetes, e.g. `1.29.15`. Left out: recent. */
  readonly version?: string
  /** Of the kubelet's process. */
  readonly environment?: Readonly<Record<string, string>>
}

const bySegments = (a: ConfigFile, b: ConfigFile): number => {
  const [left, right] = [a.path.split('/'), b.path.split('/')]
  for (const [index, segment] of left.entries()) {
    const order = compareBytes(segment, right[index] ?? '')
    if (order !== 0) return order
  }
  return left.length - right.length
}

/** The order in which `filepath.WalkDir` meets the files: by bytes, a directory at its own name's place. Only *.conf count. */
export const dropInOrder = (files: readonly ConfigFile[]): readonly ConfigFile[] =>
  files.filter(({ path }) => path.endsWith('.conf')).sort(bySegments)

/** Pointers of keys that KubeletConfiguration does not have. */
const unknownKeys = (document: unknown, path: readonly string[] = []): readonly string[][] => {
  const known = fieldsBelow(path)
  if (!known || typeof document !== 'object' || document === null || Array.isArray(document)) return []
  return Object.entries(document).flatMap(([key, value]) =>
    known.includes(key) ? unknownKeys(value, [...path, key]) : [[...path, key]],
  )
}

const knownOnly = (document: unknown, path: readonly string[] = []): unknown => {
  const known = fieldsBelow(path)
  if (!known || typeof document !== 'object' || document === null || Array.isArray(document)) return document
  return Object.fromEntries(
    Object.entries(document)
      .filter(([key]) => known.includes(key))
      .map(([key, value]) => [key, knownOnly(value, [...path, key])]),
  )
}

const isZero = (value: unknown): boolean => value === '' || value === 0 || /^0(s|m|h)?$/.test(String(value))

const valueAt = (tree: Sourced | undefined, path: readonly string[]): unknown => {
  const found = at(tree, path)
  return found === undefined ? undefined : plain(found)
}

/** Defaults that depend on another field (`SetDefaults_KubeletConfiguration`). */
const dependentDefault = (tree: Sourced | undefined, path: readonly string[], usual: unknown): unknown => {
  if (path[0] === 'nodeStatusReportFrequency') {
    const update = valueAt(tree, ['nodeStatusUpdateFrequency'])
    return update === undefined || isZero(update) ? usual : update
  }
  if (path[0] === 'serializeImagePulls') return !(Number(valueAt(tree, ['maxParallelImagePulls']) ?? 0) >= 2)
  return usual
}

const withDefaults = (tree: Sourced | undefined): Sourced => {
  const isSet = (value: unknown, field: KubeletField): boolean =>
    value !== undefined && !(field.zeroIsUnset && isZero(value))
  return filled(tree, defaultedFields, (field, present) =>
    isSet(present && plain(present), field)
      ? present
      : sourced(dependentDefault(tree, field.path, field.default), { kind: 'default' }),
  )
}

const defaultedFields = fieldTree(kubeletFields.filter((field) => field.default !== undefined))

/** With mergeDefaultEvictionSettings, thresholds that nobody set keep their defaults. */
const withDefaultThresholds = (tree: Sourced): Sourced => {
  if (valueAt(tree, ['mergeDefaultEvictionSettings']) !== true) return tree
  const defaults = kubeletFields.find(({ path }) => path.join() === 'evictionHard')?.default
  return Object.entries(defaults ?? {}).reduce(
    (merged, [signal, value]) =>
      at(merged, ['evictionHard', signal]) === undefined
        ? withValue(merged, ['evictionHard', signal], { value, source: { kind: 'default' } })
        : merged,
    tree,
  )
}

/** Flags over the configuration: scalars, lists and maps replace; feature gates join, the flag's winning. */
const withFlags = (tree: Sourced, args: readonly string[]) => {
  const flags: Record<string, string> = {}
  const refused: string[] = []
  const replaced = new Set<string>()
  let result = tree
  for (const { name, value } of givenFlags(args)) {
    const known = kubeletFlag(name)
    if (!known) refused.push(`--${name} is not a flag of the kubelet`)
    else if (known.field) {
      const source: Source = { kind: 'flag', flag: known.flag }
      const given = fieldValue(known.kind, value)
      const joins = known.kind === 'gates' || replaced.has(known.flag)
      const isMap = typeof given === 'object' && !Array.isArray(given)
      const before = joins ? valueAt(result, known.field) : undefined
      const list = Array.isArray(given) && Array.isArray(before) ? [...before, ...given] : given
      result =
        isMap && joins
          ? withValue(result, known.field, patched(at(result, known.field), given, source))
          : withValue(result, known.field, sourced(list, source))
      replaced.add(known.flag)
    } else {
      const joined = known.kind === 'map' && Object.hasOwn(flags, known.flag)
      flags[known.flag] = joined ? `${flags[known.flag]},${value}` : value
    }
  }
  return { tree: result, flags, refused }
}

/**
 * The configuration that the kubelet runs with, and where each value comes from (kubernetes `cmd/kubelet/app/server.go` and
 * `pkg/kubelet/kubeletconfig`, read at 001332b0): defaults < --config < drop-ins in the order of {@link dropInOrder}, each an RFC 7396
 * merge patch onto the already defaulted base < flags. Two traps follow: a drop-in with one evictionHard threshold keeps the default others,
 * while the same in --config drops them; and a misspelt key in a drop-in is ignored without a word.
 *
 * Before 1.30 the drop-in directory is an alpha that the kubelet refuses without KUBELET_CONFIG_DROPIN_DIR_ALPHA in its environment.
 *
 * `args` are the words of the command line, without the program. Never throws: what keeps the kubelet from starting is in `refused`.
 */
export const effectiveKubelet = (
  base: ConfigFile | undefined,
  dropIns: readonly ConfigFile[],
  args: readonly string[] = [],
  { version, environment = {} }: KubeletCircumstances = {},
): EffectiveKubelet => {
  const alpha = version !== undefined && !atLeast(version, '1.30') && dropInOrder(dropIns).length > 0
  const refused: string[] =
    alpha && !environment.KUBELET_CONFIG_DROPIN_DIR_ALPHA
      ? ['--config-dir needs KUBELET_CONFIG_DROPIN_DIR_ALPHA in the environment before Kubernetes 1.30']
      : []
  const notes = dropIns
    .filter(({ path }) => !path.endsWith('.conf'))
    .map(({ path }) => `${path} is ignored: drop-ins end in .conf`)
  const apply = (tree: Sourced | undefined, { path, text }: ConfigFile): Sourced | undefined => {
    const parsed = readKubeletDocument(text)
    if (!parsed.ok) {
      refused.push(`${path}: ${parsed.why}`)
      return tree
    }
    const unknown = unknownKeys(parsed.document)
    notes.push(...unknown.map((keys) => `${path}: ${pointer(keys)} is no field and is ignored`))
    return patched(tree, knownOnly(parsed.document), { kind: 'file', path })
  }
  const based = withDefaults(base ? apply(undefined, base) : undefined)
  const merged = dropInOrder(dropIns).reduce<Sourced>((tree, file) => apply(tree, file) ?? tree, based)
  const flagged = withFlags(withDefaultThresholds(withDefaults(merged)), args)
  return {
    config: plainObject(flagged.tree),
    flags: flagged.flags,
    origin: new Map(leaves(flagged.tree).map(([key, leaf]) => [key, leaf.source])),
    refused: [...refused, ...flagged.refused],
    notes,
  }
}
