import { isTomlDate, isTomlTable, type TomlTable, type TomlValue } from '../lib/toml.ts'
import { type Branch, isBranch, type Origin, type Tree } from './containerd-tree.ts'

/** What a key may hold. `free` is a table or list that containerd does not look into. */
type Kind = 'string' | 'boolean' | 'integer' | 'float' | 'list' | 'table' | 'free'

export interface KeyProblem {
  readonly problem: 'unknown' | 'type'
  readonly path: readonly string[]
  readonly origin: Origin | undefined
  readonly expected: Kind | undefined
  readonly actual: Kind
}

/** Keys that a release reads and does not print in its defaults, and tables whose keys are the user's. `*` is any key. */
const unprinted: Readonly<Record<string, Kind>> = {
  'io.containerd.cri.v1.images/registry/mirrors': 'free',
  'io.containerd.cri.v1.images/registry/configs': 'free',
  'io.containerd.cri.v1.images/registry/auths': 'free',
  'io.containerd.cri.v1.images/registry/headers': 'free',
  'io.containerd.cri.v1.images/runtime_platforms': 'free',
  'io.containerd.cri.v1.images/pinned_images': 'free',
  'io.containerd.transfer.v1.local/unpack_config': 'free',
  'io.containerd.grpc.v1.cri/registry/mirrors': 'free',
  'io.containerd.grpc.v1.cri/registry/configs': 'free',
  'io.containerd.grpc.v1.cri/registry/auths': 'free',
  'io.containerd.grpc.v1.cri/registry/headers': 'free',
  'io.containerd.internal.v1.tracing': 'free',
  'io.containerd.tracing.processor.v1.otlp': 'free',
  'io.containerd.gc.v1.scheduler/pause_threshold': 'float',
}

/** Kubernetes' name for a runtime is the user's; what is below it is containerd's, but for its options. */
const isRuntimes = (path: readonly string[]): boolean =>
  path.length === 3 && path[1] === 'containerd' && path[2] === 'runtimes'
const isRuntimeOptions = (path: readonly string[]): boolean =>
  path.at(-1) === 'options' && path[1] === 'containerd'

/** `an integer`, `a table`. */
export const aKind = (kind: string): string => `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`

export const kindOf = (value: TomlValue): Kind =>
  typeof value === 'bigint'
    ? 'integer'
    : typeof value === 'number'
      ? 'float'
      : typeof value === 'string'
        ? 'string'
        : typeof value === 'boolean'
          ? 'boolean'
          : Array.isArray(value)
            ? 'list'
            : isTomlDate(value)
              ? 'string'
              : 'table'

const kindOfTree = (tree: Tree): Kind => (isBranch(tree) ? 'table' : kindOf(tree.value))

/** go-toml v2 puts an integer into a float; go-toml v1, in containerd 1.x, does not (measured.md F19). */
const fits = (expected: Kind, actual: Kind, integersAreFloats: boolean): boolean =>
  expected === 'free' ||
  expected === actual ||
  (expected === 'float' && actual === 'integer' && integersAreFloats)

/** The problems of one plugin's section against the keys that the plugin has. */
export const keyProblems = (
  known: TomlTable,
  given: Branch,
  path: readonly string[],
  integersAreFloats: boolean,
): readonly KeyProblem[] => {
  const sample = isRuntimes(path) ? known.runc : undefined
  return [...given].flatMap(([key, tree]): readonly KeyProblem[] => {
    const here = [...path, key]
    const pattern = sample ?? (Object.hasOwn(known, key) ? known[key] : undefined)
    const expected = unprinted[here.join('/')] ?? (pattern === undefined ? undefined : kindOf(pattern))
    const actual = kindOfTree(tree)
    const origin = isBranch(tree) ? undefined : tree.origin
    if (expected === undefined) return [{ problem: 'unknown', path: here, origin, expected, actual }]
    if (!fits(expected, actual, integersAreFloats))
      return [{ problem: 'type', path: here, origin, expected, actual }]
    const isOpen = expected === 'free' || isRuntimeOptions(here)
    return isBranch(tree) && isTomlTable(pattern) && !isOpen
      ? keyProblems(pattern, tree, here, integersAreFloats)
      : []
  })
}
