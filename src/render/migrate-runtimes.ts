import { type Branch, branchAt, isBranch, isLeaf, type Tree, withTree } from './containerd-tree.ts'
import { runtime3 } from './migrate-cri.ts'

/** Runtime types that containerd 2.0 removed. Both ran runc, which `io.containerd.runc.v2` does since 1.4. */
export const removedRuntimeTypes: readonly string[] = [
  'io.containerd.runtime.v1.linux',
  'io.containerd.runc.v1',
]

/** Where the settings of the old shim went. */
const successors: readonly (readonly [from: readonly string[], to: string])[] = [
  [['options', 'Runtime'], 'BinaryName'],
  [['options', 'RuntimeRoot'], 'Root'],
  [['runtime_engine'], 'BinaryName'],
  [['runtime_root'], 'Root'],
]

const isEmpty = (tree: Tree | undefined): boolean => isLeaf(tree) && tree.value === ''

const modern = (runtime: Branch): Branch => {
  const type = runtime.get('runtime_type')
  const typed =
    isLeaf(type) && typeof type.value === 'string' && removedRuntimeTypes.includes(type.value)
      ? withTree(runtime, ['runtime_type'], { value: 'io.containerd.runc.v2', origin: type.origin })
      : runtime
  return successors.reduce((after, [from, to]) => {
    const parent = branchAt(after, ...from.slice(0, -1))
    const old = parent.get(from.at(-1) ?? '')
    if (old === undefined) return after
    const without = withTree(after, from, undefined)
    const isTaken = branchAt(without, 'options').has(to)
    return isEmpty(old) || isTaken ? without : withTree(without, ['options', to], old)
  }, typed)
}

/** Runtimes that containerd 2 would not run get their successor: the type, the binary and its root. */
export const modernRuntimes = (plugins: Branch): Branch => {
  const path = [runtime3, 'containerd', 'runtimes']
  const runtimes = branchAt(plugins, ...path)
  if (runtimes.size === 0) return plugins
  return withTree(
    plugins,
    path,
    new Map([...runtimes].map(([name, tree]) => [name, isBranch(tree) ? modern(tree) : tree])),
  )
}
