import { AmiproofError } from '../lib/errors.ts'
import type { Finding } from '../lib/finding.ts'
import { parseToml } from '../lib/toml.ts'
import { isMap, isScalar, isSeq, type YAMLMap, yaml } from '../lib/yaml.ts'
import { nodeConfigKeys } from '../spec/node-config.ts'
import { decideVersion } from './containerd-detect.ts'
import { combineStrictly } from './containerd-strict.ts'
import { kubeletMapFindings } from './lint-kubelet-document.ts'
import { lintKubeletFlags } from './lint-kubelet-flags.ts'
import type { Hit } from './lint-user-data-shell.ts'
import { runtimeOf } from './runtime.ts'
import { suggester } from './suggester.ts'

/** The releases that will read what user data holds; what depends on one that is not named is not looked at. */
export interface NodeVersions {
  /** Of containerd, e.g. `2.1.9`. */
  readonly containerd?: string | undefined
  /** Of the kubelet, e.g. `1.35.2`. */
  readonly kubernetes?: string | undefined
}

const entriesOf = (map: YAMLMap) =>
  map.items.flatMap(({ key, value }) =>
    isScalar(key) ? [{ key: String(key.value), at: key.range?.[0] ?? 0, value }] : [],
  )

const below = (node: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((here, key) => (isMap(here) ? here.get(key, true) : undefined), node)

const offsetOf = (node: unknown): number => (isScalar(node) ? (node.range?.[0] ?? 0) : 0)

/** A finding of another linter, at a place of this text. */
const within = (at: number, { line: _, column: __, ...said }: Finding): Hit => ({ rule: said.rule, at, said })

/** Fields that nodeadm passes over: it reads field names by their exact case, and ignores the others (nodeadm.md §1). */
const unknownKeys = (map: YAMLMap, path: readonly string[], suggest: ReturnType<typeof suggester>): Hit[] => {
  const known = nodeConfigKeys(path)
  return known.length === 0
    ? []
    : entriesOf(map).flatMap(({ key, at, value }) => {
        const name = [...path, key].join('.')
        if (known.includes(key)) return isMap(value) ? unknownKeys(value, [...path, key], suggest) : []
        const meant = suggest(key, known)
        return [{ rule: 'unknown-key', at, seen: meant ? `${name}, which may mean ${meant}` : name }]
      })
}

const kubelet = (root: unknown, { kubernetes }: NodeVersions): readonly Hit[] => {
  const config = below(root, 'spec', 'kubelet', 'config')
  const flags = below(root, 'spec', 'kubelet', 'flags')
  const report = (at: number, found: Omit<Finding, 'line' | 'column'>): Hit => ({
    rule: found.rule,
    at,
    said: found,
  })
  return [
    ...(isMap(config) ? kubeletMapFindings(config, report) : []),
    ...(isSeq(flags) ? flags.items : []).flatMap((flag) =>
      isScalar(flag) && typeof flag.value === 'string'
        ? lintKubeletFlags(flag.value, 'arguments', kubernetes).map((found) => within(offsetOf(flag), found))
        : [],
    ),
  ]
}

const what = 'spec.containerd.config'

const readsAs = (config: string, version: string | undefined): void => {
  const doc = parseToml(config, what)
  if (Object.keys(doc).length === 0) return
  decideVersion(doc, what, 3)
  if (version === undefined) return
  const template = {
    sandboxImage: 'localhost/kubernetes/pause:latest',
    enableCdi: true,
    runtime: runtimeOf('standard'),
    soci: false,
  }
  combineStrictly(version, template, config)
}

/** A configuration of containerd that it would not read, or of which nodeadm and containerd together would lose keys. */
const containerd = (root: unknown, { containerd: version }: NodeVersions): readonly Hit[] => {
  const config = below(root, 'spec', 'containerd', 'config')
  if (!isScalar(config) || typeof config.value !== 'string') return []
  try {
    readsAs(config.value, version)
    return []
  } catch (error) {
    if (!(error instanceof AmiproofError)) throw error
    return [{ rule: 'containerd-config', at: offsetOf(config), seen: error.message }]
  }
}

/**
 * What a NodeConfig says and does not mean: fields that nodeadm ignores, a containerd configuration that loses keys, kubelet settings and flags
 * that the kubelet does not know. The text is one that nodeadm decodes.
 */
export const nodeConfigHits = (text: string, versions: NodeVersions): readonly Hit[] => {
  const [document] = yaml().parseAllDocuments(text, {
    version: '1.1',
    prettyErrors: false,
    logLevel: 'error',
    uniqueKeys: false,
  })
  const root = document && 'contents' in document ? document.contents : undefined
  if (!isMap(root)) return []
  return [...unknownKeys(root, [], suggester()), ...kubelet(root, versions), ...containerd(root, versions)]
}
