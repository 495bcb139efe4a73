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
 * Shell builtins read /proc, because an image may have neither awk nor ps. Exit 1 names what would not die.
 */
const sweeper = `
marked() {
  named=" $(grep -l "AMIPROOF_EXEC=$2" /proc/[0-9]*/environ 2>/dev/null) "
  hit= others=
  for d in /proc/[0-9]*; do
    pid=\${d#/proc/} state= parent= ours=
    { while read -r key value rest; do
      case $key in State:) state=$value ;; PPid:) parent=$value; break ;; esac
    done <"$d/status"; } 2>/dev/null
    case $state in '' | Z | X) continue ;; esac
    case $named in *"$d/environ"*) ours=1 ;; esac
    [ "$ours" ] || { while read -r a b c soft rest; do
      case "$a $b $c" in 'Max cpu time') [ "$soft" = "$1" ] && ours=1; break ;; esac
    done <"$d/limits"; } 2>/dev/null
    if [ "$ours" ]; then hit="$hit $pid"; else others="$others $pid:$parent"; fi
  done
  grew=1
  while [ "$grew" ]; do
    grew= left=
    for pair in $others; do
      case "$hit " in *" \${pair#*:} "*) hit="$hit \${pair%:*}" grew=1 ;; *) left="$left $pair" ;; esac
    done
    others=$left
  done
}
round=0
while [ "$round" -lt 200 ]; do
  marked "$1" "$2"
  [ "$hit" ] || exit 0
  kill -KILL $hit 2>/dev/null
  round=$((round + 1))
  [ "$round" -lt 5 ] || sleep 0.05 2>/dev/null || sleep 1
done
echo "$hit"
exit 1
`

const arguments_ = (mark: Mark): string[] => ['amiproof', String(mark.cpuSeconds), mark.nonce]

export const runnerArgv = (mark: Mark): string[] => ['sh', '-c', runner, ...arguments_(mark)]
export const sweeperArgv = (mark: Mark): string[] => ['sh', '-c', sweeper, ...arguments_(mark)]
/** The script as it goes to the runner's stdin. */
export const fed = (script: string, mark: Mark): string => `${script}\n#${mark.nonce}`
