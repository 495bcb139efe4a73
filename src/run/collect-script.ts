import { defaultMaxBytes, defaultTimeoutMs, type Fact } from '../facts/fact.ts'
import { AmiproofError } from '../lib/errors.ts'

export type Probes = Readonly<
  Record<string, Pick<Fact<unknown>, 'probe' | 'version' | 'timeoutMs' | 'maxBytes'>>
>

/** Probes run in this many lanes at once, so that a hung daemon delays the others little and a small node is not swamped. */
const lanes = 4
/** Bytes of stderr kept of each probe. */
const maxStderrBytes = 64 * 1024
/** Bytes of all frames together; a probe that does not fit any more is sent empty and marked truncated. */
export const maxTotalBytes = 32 * 1024 * 1024

/**
 * One POSIX shell script that runs every probe and prints one transmission, understood by {@link readCollection}.
 * It needs the tools that coreutils and busybox share, writes only into a private directory that it removes, and starts
 * nothing before it has been read whole (a script that was cut on its way does nothing).
 * `nonce`: 8 to 64 hexadecimal digits that nothing on the node can guess.
 */
export const collectScript = (probes: Probes, nonce: string): string => {
  if (!/^[0-9a-f]{8,64}$/.test(nonce)) throw bug(`the nonce ${JSON.stringify(nonce)} is not hexadecimal`)
  const names = Object.keys(probes)
  const odd = names.find((name) => !/^[A-Za-z][A-Za-z0-9]*$/.test(name))
  if (odd !== undefined || names.length === 0) throw bug(`${JSON.stringify(odd ?? names)} names no probe`)
  const calls = Object.entries(probes).map(
    ([name, { probe, version, timeoutMs = defaultTimeoutMs, maxBytes = defaultMaxBytes }]) =>
      `probe ${name} ${version} ${Math.ceil(timeoutMs / 1000)} ${maxBytes} ${quote(probe)}`,
  )
  const running = Array.from({ length: lanes }, (_, lane) => calls.filter((_, at) => at % lanes === lane))
    .filter((lane) => lane.length > 0)
    .map((lane) => `{ ${lane.join('\n')}\n} &`)
  return `{\n${prelude(nonce)}\n${running.join('\n')}\nwait\n${finale(names, nonce)}\nexit 0\n}\n`
}

const quote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`

const bug = (why: string): AmiproofError =>
  new AmiproofError(`Cannot write the collection script: ${why}.`, {
    kind: 'bug',
    code: 'bad-collection',
    op: 'write the collection script',
    blame: 'harness',
  })

/**
 * Each probe gets a directory with: pid (its process group), code (its exit status; missing when it was killed), out, err, frame.
 * The group is killed by its number, at the probe's end too, so that nothing it left behind keeps the pipe open: only coreutils'
 * timeout kills more than its child. What left the group and still holds the pipe is waited for until the probe's limit; then
 * the reader is killed and the probe counts as killed, since nobody knows what it had still to say. A file size limit stops the
 * reader a little past the bound (its signal is ignored, number 25 on Linux, so that the write fails), and the probe with it. Durations come from /proc/uptime (10 ms).
 */
const prelude = (
  nonce: string,
): string => `fail() { printf '\\n-----AMIPROOF ${nonce} FAILED %s-----\\n' "$1"; exit 69; }
PATH="\${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
LC_ALL=C TZ=UTC TERM=dumb PAGER=cat SYSTEMD_PAGER=cat SYSTEMD_COLORS=0 SYSTEMD_URLIFY=0
export PATH LC_ALL TZ TERM PAGER SYSTEMD_PAGER SYSTEMD_COLORS SYSTEMD_URLIFY
unset QUOTING_STYLE POSIXLY_CORRECT GREP_OPTIONS COLUMNS ENV BASH_ENV CDPATH
umask 077
for tool in base64 cat gzip head mkdir mktemp rm sha256sum timeout wc; do
  command -v "$tool" >/dev/null 2>&1 || fail "the node has no $tool"
done
read -r up rest </proc/uptime || fail 'the node has no /proc/uptime'
d=
for base in /run /dev/shm /tmp /var/tmp; do
  d=$(mktemp -d "$base/amiproof.XXXXXX" 2>/dev/null) && break
done
[ -n "$d" ] || fail 'no directory of the node can be written'
trap 'rm -rf "$d"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
session=
command -v setsid >/dev/null 2>&1 && session=setsid
cd / || fail 'the node has no /'
now() { read -r up rest </proc/uptime; ms=$((\${up%.*} * 1000 + 1\${up#*.} * 10 - 1000)); }
probe() {
  p="$d/$1"
  { mkdir "$p" && printf '%s\\n' "$5" >"$p/sh" && : >"$p/err"; } || { : >"$d/full"; return; }
  now
  began=$ms
  {
    AMIPROOF_PROBE=${nonce} timeout -s KILL "$3" $session sh -c 'echo $$ >"$1/pid"; ulimit -f 8192; ( . "$1/sh" ) 2>"$1/err"; echo $? >"$1/code"; [ -z "$2" ] || kill -KILL -$$' sh "$p" "$session"
    status=$?
    if [ ! -s "$p/code" ]; then
      echo "$status" >"$p/status"
      [ -z "$session" ] || kill -KILL -"$(cat "$p/pid")"
    fi
    exec >/dev/null
    tries=0
    while [ ! -e "$p/read" ]; do
      tries=$((tries + 1))
      [ "$tries" -gt 100 ] || continue
      now
      if [ "$((ms - began))" -ge "$(($3 * 1000))" ] && [ "$tries" -gt 120 ]; then
        : >"$p/held"
        kill -KILL "$(cat "$p/reader")"
        break
      fi
      sleep 0.02 || sleep 1
    done
  } 2>/dev/null </dev/null | {
    exec 3<&0 </dev/null 2>/dev/null
    trap '' 25
    ulimit -f $(($4 / 512 + 1))
    cat <&3 >"$p/out" 3<&- &
    echo $! >"$p/reader"
    exec 3<&-
    wait $!
    echo $? >"$p/read"
  } || : >"$d/full"
  now
  took=$((ms - began))
  killed=0
  cut=0
  if [ -e "$p/held" ]; then
    code=-
    killed=1
  elif [ -s "$p/code" ]; then
    read -r code <"$p/code"
  elif [ "$took" -ge $(($3 * 1000 - 50)) ]; then
    code=-
    killed=1
  else
    read -r code <"$p/status"
  fi
  set -- "$@" $(wc -c "$p/out" "$p/err")
  out=\${6:-0}
  err=\${8:-0}
  read -r reading <"$p/read" || reading=1
  [ "$reading" -eq 0 ] || [ "$killed" -eq 1 ] || [ "$out" -gt "$4" ] || : >"$d/full"
  [ "$out" -le "$4" ] || { out=$4; cut=1; }
  [ "$err" -le ${maxStderrBytes} ] || { err=${maxStderrBytes}; cut=1; }
  {
    printf 'probe %s %s %s %s %s %s %s %s\\n' "$1" "$2" "$code" "$took" "$killed" "$cut" "$out" "$err"
    head -c "$out" "$p/out"
    echo
    [ "$err" -eq 0 ] || head -c "$err" "$p/err"
    echo
  } >"$p/frame" || : >"$d/full"
  printf 'probe %s %s %s %s %s 1 0 0\\n\\n\\n' "$1" "$2" "$code" "$took" "$killed" >"$p/short" || : >"$d/full"
  echo $((out + err)) >"$p/size" || : >"$d/full"
}`

/** Kills what probes left behind, as their environment shows, counts what fits, then sends everything once: gzip for size, base64 for transports that are not clean, a hash for the rest. */
const finale = (
  names: readonly string[],
  nonce: string,
): string => `left=$(AMIPROOF_PROBE= grep -ls "AMIPROOF_PROBE=${nonce}" /proc/[0-9]*/environ 2>/dev/null)
for file in $left; do
  pid=\${file#/proc/}
  kill -KILL "\${pid%%/*}" 2>/dev/null
done
full() { [ ! -e "$d/full" ] || fail "the file system of $d is full"; }
full
left=${maxTotalBytes}
set --
for name in ${names.join(' ')}; do
  [ -s "$d/$name/size" ] || fail "the probe $name left nothing behind"
  read -r size <"$d/$name/size"
  if [ "$size" -le "$left" ]; then
    left=$((left - size))
    set -- "$@" "$d/$name/frame"
  else
    set -- "$@" "$d/$name/short"
  fi
done
{ printf 'amiproof 1 ${nonce} ${names.length}\\n' && cat "$@" && echo end; } >"$d/stream" || : >"$d/full"
gzip -c <"$d/stream" >"$d/gz" || : >"$d/full"
full
size=$(wc -c <"$d/gz")
sum=$(sha256sum <"$d/gz")
printf '\\n-----BEGIN AMIPROOF ${nonce}-----\\n'
base64 <"$d/gz"
printf -- '-----END AMIPROOF ${nonce} %s %s-----\\n' $((size)) "\${sum%% *}"`
