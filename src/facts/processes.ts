import { text } from '../lib/exec.ts'
import { absent } from './absent.ts'
import { fact } from './fact.ts'
import { lines } from './text.ts'

export interface Process {
  readonly pid: number
  readonly ppid: number
  /** The kernel's name for it, at most 15 characters. */
  readonly name: string
  readonly uid: number
  /** Empty for kernel threads. */
  readonly args: readonly string[]
  readonly oomScoreAdj: number | undefined
  /** Below the root of the unified hierarchy, or of systemd's on cgroup v1. */
  readonly cgroup: string
  /** Soft limit, e.g. `Max open files`: `1048576`. */
  readonly limits: Readonly<Record<string, string>>
}

/**
 * Everything that runs, without the collection itself and without zombies. NULs between arguments become U+001F on the node.
 * head prints the name of each file before its bytes, and starts one program for all of them.
 */
export const processes = fact({
  probe: `grep -sHE '^(Name|State|PPid|Uid):' /proc/[0-9]*/status
grep -sHE '^Max (open files|processes|locked memory|core file size)' /proc/[0-9]*/limits
grep -sHE '^(0::|[0-9]+:name=systemd:)' /proc/[0-9]*/cgroup
grep -sH '' /proc/[0-9]*/oom_score_adj
echo ==
head -v -c 8192 /proc/[0-9]*/cmdline 2>/dev/null | tr '\\000' '\\037'`,
  version: 1,
  maxBytes: 4 * 1024 * 1024,
  parse: (raw): readonly Process[] => {
    const [facts = '', commands = ''] = halves(text(raw.stdout))
    const args = argumentsIn(commands)
    const alive = [...attributes(facts)].filter(
      ([, one]) => one.has('Name') && !one.get('State')?.startsWith('Z'),
    )
    const found = alive.map(
      ([pid, found]): Process => ({
        pid,
        ppid: Number(found.get('PPid') ?? 0),
        name: found.get('Name') ?? '',
        uid: Number(found.get('Uid')?.split(/\s+/)[1] ?? found.get('Uid') ?? 0),
        args: args.get(pid) ?? [],
        oomScoreAdj: found.has('oom_score_adj') ? Number(found.get('oom_score_adj')) : undefined,
        cgroup: found.get('cgroup') ?? '/',
        limits: Object.fromEntries([...found].filter(([key]) => key.startsWith('Max '))),
      }),
    )
    if (found.length === 0) throw absent('what runs', raw)
    return withoutCollection(found)
  },
})

const halves = (all: string): readonly string[] => {
  const at = all.indexOf('\n==\n')
  return at < 0 ? [all] : [all.slice(0, at), all.slice(at + 4)]
}

const attributes = (facts: string): ReadonlyMap<number, ReadonlyMap<string, string>> => {
  const all = new Map<number, Map<string, string>>()
  for (const line of lines(facts)) {
    const [, number, file, rest = ''] = /^\/proc\/(\d+)\/(\w+):(.*)$/.exec(line) ?? []
    if (!number || !file) continue
    const one = all.get(Number(number)) ?? new Map<string, string>()
    all.set(Number(number), one)
    const [key, value] = attribute(file, rest)
    if (!one.has(key)) one.set(key, value)
  }
  return all
}

const attribute = (file: string, rest: string): readonly [string, string] => {
  if (file === 'oom_score_adj') return [file, rest]
  if (file === 'cgroup') return [file, rest.slice(rest.indexOf(':', rest.indexOf(':') + 1) + 1)]
  const [, limit, soft] = /^(Max [a-z ]+?)\s{2,}(\S+)/.exec(rest) ?? []
  if (limit && soft) return [limit, soft]
  const at = rest.indexOf(':')
  return [rest.slice(0, at), rest.slice(at + 1).trim()]
}

const argumentsIn = (commands: string): ReadonlyMap<number, readonly string[]> =>
  new Map(
    commands.split(/(?:^|\n)(?===> \/proc\/\d+\/cmdline <==\n)/).flatMap((block) => {
      const [, pid, body = ''] = /^==> \/proc\/(\d+)\/cmdline <==\n(.*)$/s.exec(block) ?? []
      const words = body.replace(/\n$/, '').split('\u001f')
      return pid ? [[Number(pid), words.at(-1) === '' ? words.slice(0, -1) : words] as const] : []
    }),
  )

const carriers = /^(?:sh|bash|dash|ash|busybox|sudo|timeout|setsid)$/

/**
 * Without what is our own: shells that name the collection's directory among their arguments, the shells and their like that led to
 * them, and everything those started.
 */
const withoutCollection = (all: readonly Process[]): readonly Process[] => {
  const byPid = new Map(all.map((one) => [one.pid, one]))
  const ours = new Set<number>()
  const claim = (one: Process | undefined): void => {
    if (!one || one.pid === 1 || ours.has(one.pid)) return
    ours.add(one.pid)
    const parent = byPid.get(one.ppid)
    if (parent && carriers.test(parent.name)) claim(parent)
  }
  for (const one of all) if (one.args.some((arg) => /\/amiproof\.[A-Za-z0-9]{6}(\/|$)/.test(arg))) claim(one)
  for (let before = -1; before < ours.size; ) {
    before = ours.size
    for (const { pid, ppid } of all) if (ours.has(ppid)) ours.add(pid)
  }
  return all.filter(({ pid }) => !ours.has(pid))
}
