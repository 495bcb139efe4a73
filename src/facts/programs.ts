import { text } from '../lib/exec.ts'
import { absent } from './absent.ts'
import { fact } from './fact.ts'
import { lines, record } from './text.ts'

export interface Program {
  /** Where the shell finds it, links followed. */
  readonly path: string
  /** The first line that it answers when asked for its version; empty when it is not asked or says nothing. */
  readonly version: string
}

/** How each program says its version. Those with an empty question are only looked for: they are slow, or would do something. */
const questions: Readonly<Record<string, string>> = {
  aws: '',
  chronyd: '-v',
  crictl: '--version',
  ctr: '--version',
  'ecr-credential-provider': '',
  docker: '',
  dockerd: '',
  fusermount: '-V',
  fusermount3: '-V',
  mdadm: '',
  'mkfs.xfs': '-V',
  nerdctl: '--version',
  'nvidia-container-runtime': '--version',
  'nvidia-smi': '',
  nft: '--version',
  nodeadm: '',
  runc: '--version',
  'soci-snapshotter-grpc': '--version',
  soci: '--version',
  unpigz: '--version',
}

/** Programs on the PATH, by name; one that is not there is missing. CNI plugins print their version when started without an order. */
export const programs = fact({
  probe: `ask() {
  at=$(command -v "$1" 2>/dev/null) || return 0
  say=
  [ -z "$2" ] || say=$("$at" "$2" 2>&1 | head -n 1)
  printf '%s\\t%s\\t%s\\n' "$1" "$(readlink -f "$at")" "$say"
}
${Object.entries(questions)
  .map(([name, flag]) => `ask ${name} '${flag}'`)
  .join('\n')}
[ -x /opt/cni/bin/bridge ] && printf 'cni\\t/opt/cni/bin/bridge\\t%s\\n' "$(CNI_COMMAND= /opt/cni/bin/bridge 2>&1 | head -n 1)"
true`,
  version: 1,
  parse: (raw): Readonly<Record<string, Program>> => {
    if (raw.exitCode !== 0) throw absent('which programs there are', raw)
    return record(
      lines(text(raw.stdout)).flatMap((line) => {
        const [name, path = '', version = ''] = line.split('\t')
        return name && path ? [[name, { path, version }] as const] : []
      }),
    )
  },
})
