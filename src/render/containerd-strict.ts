import { AmiproofError } from '../lib/errors.ts'
import { parseToml, type TomlTable } from '../lib/toml.ts'
import { keyPathText, stringifyToml } from '../lib/toml-text.ts'
import { highestVersion, lineOf } from './containerd-defaults.ts'
import { decideVersion, telltales } from './containerd-detect.ts'
import { mergeToml } from './containerd-nodeadm.ts'
import { type ContainerdValues, containerdTemplate } from './containerd-template.ts'
import { effectiveContainerd } from './effective-containerd.ts'
import { migrateContainerd } from './migrate-containerd.ts'

const what = 'spec.containerd.config'

const refuse = (code: string, problem: string): AmiproofError =>
  new AmiproofError(`cannot use ${what}: ${problem}`, {
    kind: 'config',
    code,
    op: `merge ${what}`,
    blame: 'user',
  })

const isTomlSafe = (text: string): boolean => !/["\\\0-\x1f\x7f]/.test(text)

/** The user's document in the version that the node writes. */
const inVersion = (doc: TomlTable, target: 2 | 3 | 4, containerd: string): TomlTable => {
  const version = decideVersion(doc, what, target)
  if (version > target) {
    const keys = telltales(doc).map(({ key }) => keyPathText(key))
    throw refuse(
      'containerd-version',
      `it is version ${version}, and containerd ${containerd} reads up to version ${target}${keys.length > 0 ? `, so that ${keys.join(', ')} would be lost` : ''}; write it in version ${target}`,
    )
  }
  const { doc: migrated, lost } = migrateContainerd(doc, target, version)
  if (lost.length > 0)
    throw refuse(
      'containerd-lost-keys',
      `${lost.map(({ key }) => keyPathText(key)).join(', ')} would be lost in version ${target}: ${lost[0]?.why}; remove it, or configure its successor`,
    )
  return migrated
}

/**
 * nodeadm's template with the user's configuration merged over it, in the version that this containerd reads best, and without nodeadm's losses: what
 * cannot take effect is refused.
 * @param user TOML text; blank or only comments is none
 * @throws AmiproofError `toml-syntax`, `sandbox-image`, `containerd-version`, `containerd-version-mismatch`, `containerd-lost-keys`, `containerd-refuses`
 */
export const combineStrictly = (containerd: string, values: ContainerdValues, user: string): string => {
  const { sandboxImage } = values
  if (!isTomlSafe(sandboxImage))
    throw new AmiproofError(
      `cannot render /etc/containerd/config.toml: the sandbox image ${JSON.stringify(sandboxImage)} holds a character that no image name has`,
      { kind: 'config', code: 'sandbox-image', op: 'render /etc/containerd/config.toml', blame: 'user' },
    )
  const line = lineOf(containerd)
  const template = containerdTemplate(line.startsWith('1.') ? 2 : 3, values)
  const doc = parseToml(user, what)
  if (Object.keys(doc).length === 0) return template
  const base = parseToml(template)
  // Version 3 is nodeadm's on every containerd 2; version 4 is written only for a user who does.
  const isFourth = highestVersion[line] === 4 && decideVersion(doc, what, 3) === 4
  const target = line.startsWith('1.') ? 2 : isFourth ? 4 : 3
  const ours = isFourth ? migrateContainerd(base, 4).doc : base
  const text = stringifyToml(mergeToml(ours, inVersion(doc, target, containerd)))
  const effective = effectiveContainerd([{ path: what, text: withoutImports(text) }], containerd)
  if (effective.status === 'refused') throw refuse('containerd-refuses', effective.reason)
  return text
}

/** The files that the user imports are not here to be read. */
const withoutImports = (text: string): string => {
  const { imports: _, ...rest } = parseToml(text)
  return stringifyToml(rest)
}
