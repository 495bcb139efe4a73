import { randomBytes, randomInt } from 'node:crypto'

/**
 * How the processes of one command are told from all others on a node, whatever they do to get away.
 * `cpuSeconds` is a soft CPU time limit of over 150 years: fork, exec, setsid, a cleared environment and reparenting all keep it,
 * and /proc/PID/limits shows it. `nonce` is in the environment, for a shell that cannot set the limit.
 */
export interface Mark {
  readonly nonce: string
  readonly cpuSeconds: number
}

export const newMark = (): Mark => ({
  nonce: `amiproof-${randomBytes(12).toString('hex')}`,
  // RLIMIT_CPU is kept in nanoseconds of 64 bits; this stays an order of magnitude below.
  cpuSeconds: 5_000_000_000 + randomInt(1_000_000_000),
})

export const markEnvironment = ({ nonce }: Mark): Record<string, string> => ({ AMIPROOF_EXEC: nonce })

/**
 * Reads a script from stdin and runs it: nothing is installed, and no command of the script can read the rest of it.
 * `$1` CPU seconds, `$2` nonce. The nonce ends the script, which proves that it arrived whole, and on stderr says that it starts.
 */
const runner = `
ulimit -S -t "$1" 2>/dev/null
amiproof=$(cat)
case $amiproof in *"#$2") ;; *) exit 125 ;; esac
printf '%s\\n' "$2" >&2
set --
exec </dev/null
eval "unset amiproof
$amiproof"
`

/**
 * Kills every process that carries the mark, and every descendant of one, until none is left. `$1` CPU seconds, `$2` nonce.
 * A process that keeps forking is faster than a shell that looks at every process, so one grep finds the marked ones, which are
 * killed at once, each after its children were read off (proc(5), task/TID/children). Exit 1 names what would not die.
 */
const sweeper = `
command -v grep >/dev/null || { echo 'every process: the target has no grep to find them with'; exit 1; }
strike() {
  for file in "$@"; do
    pid=\${file#/proc/} pid=\${pid%%/*} kids=
    case "$hit " in *" $pid "*) continue ;; esac
    hit="$hit $pid"
    for list in /proc/$pid/task/*/children; do
      line=
      { read -r line <"$list"; } 2>/dev/null
      kids="$kids $line"
    done
    kill -KILL "$pid" 2>/dev/null
    strike $kids
  done
}
sweep() {
  hit= live=
  strike $(grep -l "AMIPROOF_EXEC=$2" /proc/[0-9]*/environ 2>/dev/null)
  strike $(grep -l "^Max cpu time  *$1 " /proc/[0-9]*/limits 2>/dev/null)
  for pid in $hit; do
    state=
    { while read -r key value rest; do
      case $key in State:) state=$value; break ;; esac
    done <"/proc/$pid/status"; } 2>/dev/null
    case $state in '' | Z | X) ;; *) live="$live $pid" ;; esac
  done
}
round=0 seen=
while [ "$round" -lt 200 ]; do
  sweep "$1" "$2"
  fresh=
  for pid in $hit; do
    case "$seen " in *" $pid "*) ;; *) fresh=1 seen="$seen $pid" ;; esac
  done
  [ "$fresh$live" ] || exit 0
  round=$((round + 1))
  [ "$round" -lt 50 ] || sleep 0.05 2>/dev/null || sleep 1
done
echo "$live"
exit 1
`

const arguments_ = (mark: Mark): string[] => ['amiproof', String(mark.cpuSeconds), mark.nonce]

export const runnerArgv = (mark: Mark): string[] => ['sh', '-c', runner, ...arguments_(mark)]
export const sweeperArgv = (mark: Mark): string[] => ['sh', '-c', sweeper, ...arguments_(mark)]
/** The script as it goes to the runner's stdin. */
export const fed = (script: string, mark: Mark): string => `${script}\n#${mark.nonce}`
