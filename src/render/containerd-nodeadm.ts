import { AmiproofError } from '../lib/errors.ts'
import { deepMerge } from '../lib/merge.ts'
import { isTomlTable, parseToml, type TomlTable } from '../lib/toml.ts'
import { stringifyToml } from '../lib/toml-text.ts'
import { type ContainerdValues, containerdTemplate } from './containerd-template.ts'
import { harvest, plant } from './containerd-tree.ts'
import { effectiveContainerd } from './effective-containerd.ts'
import { migrateTree, versionOfDocument } from './migrate-containerd.ts'

/** What nodeadm writes, and whether `containerd config migrate` then rewrites it. */
export interface Combined {
  readonly text: string
  readonly template: 2 | 3
  readonly migrates: boolean
}

const newNames = ['io.containerd.cri.v1.images', 'io.containerd.cri.v1.runtime']

/** nodeadm looks for these names anywhere in the text, comments included, and takes everything else for version 2 (measured.md F9). */
const looksLikeVersion3 = (text: string): boolean => newNames.some((name) => text.includes(name))

/** nodeadm's `isContainerdV2`: a prefix, so that 3.0.0 and 20.1.1 count as 1.x. */
export const isNodeadmContainerd2 = (version: string): boolean => version.startsWith('2.')

/** The version nodeadm takes from `containerd --version` (`[0-9]+\.[0-9]+.[0-9]+`, second dot unescaped), or nothing. */
export const nodeadmContainerdVersion = (output: string): string =>
  /[0-9]+\.[0-9]+[^\n][0-9]+/.exec(output)?.[0] ?? ''

/** Merges TOML as nodeadm's `util.Merge` does. */
export const mergeToml = (base: TomlTable, patch: TomlTable): TomlTable => {
  const merged: unknown = deepMerge(base, patch)
  return isTomlTable(merged) ? merged : base
}

/**
 * The configuration as nodeadm combines it, its traps included: a template chosen by substring, merged before it is migrated.
 * @param version as {@link nodeadmContainerdVersion}
 * @throws AmiproofError `containerd-v3-config-on-v1`, `toml-syntax`
 */
export const combineAsNodeadm = (version: string, values: ContainerdValues, user: string): Combined => {
  const isV2 = isNodeadmContainerd2(version)
  if (user === '') {
    const template = isV2 ? 3 : 2
    return { text: containerdTemplate(template, values), template, migrates: false }
  }
  const isNew = looksLikeVersion3(user)
  if (isNew && !isV2)
    throw new AmiproofError(
      `cannot configure containerd ${version || '(unknown version)'}: spec.containerd.config names ${newNames.join(' or ')}, which only containerd 2 reads; use the plugin names of version 2`,
      { kind: 'config', code: 'containerd-v3-config-on-v1', op: 'configure containerd', blame: 'user' },
    )
  const template = isNew ? 3 : 2
  const base = parseToml(containerdTemplate(template, values), 'the containerd template')
  const merged = mergeToml(base, parseToml(user, 'spec.containerd.config'))
  return { text: stringifyToml(merged), template, migrates: isV2 && !isNew }
}

/**
 * What `containerd config migrate` makes of nodeadm's merged file, without the defaults that it writes out as well.
 * @throws AmiproofError `migrate-failed` where containerd fails, and nodeadm with it
 */
export const migrateAsContainerd = (text: string, version: string): string => {
  const effective = effectiveContainerd([{ path: '/etc/containerd/config.toml', text }], version)
  if (effective.status === 'refused')
    throw new AmiproofError(
      `cannot migrate the containerd configuration as nodeadm does: ${effective.reason}`,
      {
        kind: 'config',
        code: 'migrate-failed',
        op: 'migrate the containerd configuration',
        blame: 'user',
      },
    )
  const doc = parseToml(text)
  const migrated = migrateTree(plant(doc, ''), versionOfDocument(doc), 3, true)
  return stringifyToml({ ...harvest(migrated), version: 3n })
}
