import { text } from '../lib/exec.ts'
import { fact } from './fact.ts'
import { lines } from './text.ts'

export interface ContainerProcess {
  readonly pid: string
  readonly command: string
  /** Its cgroup below the root of the unified or systemd hierarchy. */
  readonly cgroup: string
  /** By the names of /proc/PID/limits, e.g. `Max open files`: soft and hard, as the kernel prints them. */
  readonly limits: Readonly<Record<string, { readonly soft: string; readonly hard: string }>>
}

/** Every process that runs in a pod, with the limits that it really has. Empty on a node without pods. */
export const containerProcesses = fact({
  probe: `n=0; for d in /proc/[0-9]*; do
  c=$(grep -E 'kubepods|cri-containerd' "$d/cgroup" 2>/dev/null | head -n 1) || continue
  [ -n "$c" ] || continue
  n=$((n+1)); [ "$n" -le 50 ] || break
  printf 'process %s %s\\n' "\${d#/proc/}" "$(cat "$d/comm" 2>/dev/null)"
  printf 'cgroup %s\\n' "\${c##*:}"
  cat "$d/limits" 2>/dev/null
done; true`,
  version: 1,
  parse: ({ stdout }): readonly ContainerProcess[] =>
    text(stdout)
      .split(/^process /m)
      .slice(1)
      .map((block) => {
        const [head = '', ...rest] = lines(block)
        const [, pid = '', command = ''] = /^(\d+) (.*)$/.exec(head) ?? []
        return {
          pid,
          command,
          cgroup: rest.find((line) => line.startsWith('cgroup '))?.slice('cgroup '.length) ?? '',
          limits: Object.fromEntries(rest.flatMap(limit)),
        }
      }),
})

const limit = (line: string): readonly (readonly [string, { soft: string; hard: string }])[] => {
  const [, name, soft, hard] = /^(Max [a-z ]+?)\s{2,}(\S+)\s+(\S+)/.exec(line) ?? []
  return name && soft && hard ? [[name, { soft, hard }]] : []
}
