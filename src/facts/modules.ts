import { text } from '../lib/exec.ts'
import { absent } from './absent.ts'
import { fact } from './fact.ts'
import { lines } from './text.ts'

export interface Modules {
  /** Loaded modules (/proc/modules), with `_` in their names as the kernel spells them. */
  readonly loaded: readonly string[]
  /** Compiled into the running kernel (modules.builtin), when the image has that list. */
  readonly builtin: readonly string[]
  /** What /sys/module shows: loaded modules, and built-in ones that have parameters. */
  readonly sys: readonly string[]
  /** Whether the image has modules for the running kernel. */
  readonly forRunningKernel: boolean
}

/** Kernel modules. lsmod alone misses the built-in ones; ask {@link hasModule}. */
export const modules = fact({
  probe: `[ -r /proc/modules ] && sed 's/ .*//;s/^/loaded /' /proc/modules
for m in /sys/module/*; do [ -d "$m" ] && echo "sys \${m##*/}"; done
b=/lib/modules/$(uname -r)
if [ -d "$b" ]; then echo running; fi
if [ -r "$b/modules.builtin" ]; then sed 's:.*/::;s/\\.ko.*//;s/^/builtin /' "$b/modules.builtin"; fi
true`,
  version: 1,
  parse: (raw): Modules => {
    const rows = lines(text(raw.stdout)).map((line) => line.split(' '))
    const named = (kind: string): readonly string[] =>
      rows.flatMap(([head, name]) => (head === kind && name ? [name.replaceAll('-', '_')] : []))
    if (rows.length === 0) throw absent('which kernel modules there are', raw)
    return {
      loaded: named('loaded'),
      builtin: named('builtin'),
      sys: named('sys'),
      forRunningKernel: rows.some(([head]) => head === 'running'),
    }
  },
})

/** Whether the running kernel has a module, loaded or built in; `-` and `_` are the same in their names. */
export const hasModule = ({ loaded, builtin, sys }: Modules, name: string): boolean =>
  [loaded, builtin, sys].some((names) => names.includes(name.replaceAll('-', '_')))
