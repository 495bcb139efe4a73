import fieldTable from './kubelet-fields.json' with { type: 'json' }
import flagTable from './kubelet-flags.json' with { type: 'json' }

/** A field of KubeletConfiguration v1beta1 (kubernetes 1.28…1.36, `staging/src/k8s.io/kubelet/config/v1beta1/types.go`). */
export interface KubeletField {
  readonly path: readonly string[]
  /** How it is written; left out where anything goes. A duration is a string. */
  readonly type?: string
  /** What `SetDefaults_KubeletConfiguration` sets, or the zero value where that is known to be in force. */
  readonly default?: unknown
  /** True where '' , 0 and `0s` mean "not set" and are replaced by the default. */
  readonly zeroIsUnset?: boolean
}

/** A command-line flag of the kubelet (`cmd/kubelet/app/options`). */
export interface KubeletFlag {
  readonly flag: string
  readonly kind: string
  /** The field that says the same; the kubelet calls such flags deprecated. */
  readonly field?: readonly string[]
  readonly deprecated?: boolean
  /** The minor release whose kubelet no longer knows the flag, and does not start with it. */
  readonly removedIn?: string
}

export const kubeletFields: readonly KubeletField[] = fieldTable
export const kubeletFlagTable: readonly KubeletFlag[] = flagTable

const flagsByName = new Map(kubeletFlagTable.map((each) => [each.flag, each]))

/** The flag of a name without dashes; pflag takes `_` for `-`. */
export const kubeletFlag = (name: string): KubeletFlag | undefined =>
  flagsByName.get(name.replaceAll('_', '-'))

/** Fields by the keys of their paths. */
export type FieldTree = ReadonlyMap<string, KubeletField | FieldTree>

export const fieldTree = (fields: readonly KubeletField[], depth = 0): FieldTree => {
  const byKey = Map.groupBy(fields, ({ path }) => path[depth] ?? '')
  return new Map(
    [...byKey].map(([key, below]) => {
      const [only] = below
      return [key, only && only.path.length === depth + 1 ? only : fieldTree(below, depth + 1)]
    }),
  )
}

const allFields = fieldTree(kubeletFields)

const isTree = (node: KubeletField | FieldTree | undefined): node is FieldTree => node instanceof Map

/** What stands at a path: a field, a structure of fields, or nothing known (such as the insides of a field). */
const nodeAt = (path: readonly string[]): KubeletField | FieldTree | undefined =>
  path.reduce<KubeletField | FieldTree | undefined>(
    (tree, key) => (isTree(tree) ? tree.get(key) : undefined),
    allFields,
  )

/** The names that may follow a path, or undefined when the path is a field, whose insides are free. */
export const fieldsBelow = (path: readonly string[]): readonly string[] | undefined => {
  const node = nodeAt(path)
  return isTree(node) ? [...node.keys()] : undefined
}

/** How the value at a path must be written, or undefined where anything goes. */
export const typeAt = (path: readonly string[]): string | undefined => {
  const node = nodeAt(path)
  return isTree(node) ? 'map' : node?.type
}

/** How a JSON value is written, in the words of the table. */
export const typeOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'bigint') return 'number'
  return typeof value === 'object' ? (value === null ? 'null' : 'map') : typeof value
}
