import { type Exec, text } from '../lib/exec.ts'
import { absent, cannotShow, noSuchCommand } from './absent.ts'
import { fact } from './fact.ts'
import { lines, record } from './text.ts'

/** `containerd --version`, one line as it was printed; undefined when containerd is not installed. */
export const containerdVersion = fact({
  probe: 'containerd --version',
  version: 1,
  parse: (raw): string | undefined => {
    if (raw.exitCode === noSuchCommand) return undefined
    if (raw.exitCode !== 0) throw absent('the version of containerd', raw)
    return text(raw.stdout).trim()
  },
})

export interface ContainerdDump {
  /** 0 does not mean that the file is right: containerd drops what it does not know (measured on 1.6, 1.7 and 2.1). */
  readonly exitCode: number | null
  /** TOML of the effective configuration. */
  readonly toml: string
  /** Warnings such as `Ignoring unknown key in TOML`. */
  readonly warnings: readonly string[]
}

/** `containerd config dump`: what the daemon would run with; undefined when containerd is not installed. */
export const containerdDump = fact({
  probe: 'containerd config dump',
  version: 1,
  parse: (raw): ContainerdDump | undefined =>
    raw.exitCode === noSuchCommand
      ? undefined
      : { exitCode: raw.exitCode, toml: text(raw.stdout), warnings: lines(text(raw.stderr)) },
})

export interface Plugin {
  /** `io.containerd.snapshotter.v1` */
  readonly type: string
  readonly id: string
  readonly platforms: string
  /** `ok`, `skip`, `error`. */
  readonly status: string
}

/** A daemon that is down is known at once; ctr would wait for it. */
const up = `command -v ctr >/dev/null || exit ${noSuchCommand}
[ -S /run/containerd/containerd.sock ] || { echo 'nothing listens at /run/containerd/containerd.sock' >&2; exit 69; }
`
const ctr = 'ctr --connect-timeout 3s'

/** The daemon's plugins with their status. */
export const containerdPlugins = fact({
  probe: `${up}${ctr} plugins ls`,
  version: 1,
  parse: (raw): readonly Plugin[] => {
    refuseWithoutDaemon(raw, 'the plugins of containerd')
    return lines(text(raw.stdout))
      .slice(1)
      .flatMap((line) => {
        const [type, id, platforms, status] = line.trim().split(/\s+/)
        return type && id && platforms && status ? [{ type, id, platforms, status }] : []
      })
  },
})

export interface Image {
  readonly namespace: string
  readonly ref: string
  readonly mediaType: string
  readonly digest: string
  /** As ctr rounds it, e.g. `283.2 KiB`. */
  readonly size: string
  readonly platforms: readonly string[]
  /** `io.cri-containerd.pinned: pinned` keeps it from garbage collection. */
  readonly labels: Readonly<Record<string, string>>
}

/** Images of every namespace; the kubelet's are in `k8s.io`. */
export const containerdImages = fact({
  probe: `${up}namespaces=$(${ctr} namespaces ls -q) || exit
for namespace in $namespaces; do
  echo "namespace $namespace"
  ${ctr} -n "$namespace" images ls || exit
done`,
  version: 1,
  maxBytes: 4 * 1024 * 1024,
  parse: (raw): readonly Image[] => {
    refuseWithoutDaemon(raw, 'the images of containerd')
    return text(raw.stdout)
      .split(/^namespace /m)
      .slice(1)
      .flatMap((block) => {
        const [namespace = '', , ...rows] = lines(block)
        return rows.flatMap((row) => image(namespace, row))
      })
  },
})

/** `REF TYPE DIGEST SIZE PLATFORMS LABELS`: size is two words, labels are `a=b,c=d` or `-`. */
const image = (namespace: string, row: string): readonly Image[] => {
  const found = /^(\S+)\s+(\S+)\s+(\S+)\s+(\S+(?: \S*i?B)?)\s+(\S+)\s+(\S.*)$/.exec(row.trimEnd())
  if (!found) return []
  const [, ref = '', mediaType = '', digest = '', size = '', platforms = '', labels = ''] = found
  const pairs = labels.trim() === '-' ? [] : labels.trim().split(',')
  return [
    {
      namespace,
      ref,
      mediaType,
      digest,
      size,
      platforms: platforms === '-' ? [] : platforms.split(','),
      labels: record(
        pairs.map((pair): readonly [string, string] => {
          const at = pair.indexOf('=')
          return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
        }),
      ),
    },
  ]
}

/** How many snapshots each snapshotter holds in `k8s.io`; one that the daemon does not have is missing. */
export const snapshots = fact({
  probe: `${up}${ctr} version >/dev/null || exit
for snapshotter in overlayfs soci native; do
  rows=$(${ctr} -n k8s.io snapshots --snapshotter "$snapshotter" ls) && echo "$snapshotter $(($(echo "$rows" | wc -l) - 1))"
done
true`,
  version: 1,
  parse: (raw): Readonly<Record<string, number>> => {
    refuseWithoutDaemon(raw, 'the snapshots of containerd')
    return record(
      lines(text(raw.stdout)).flatMap((line) => {
        const [name, count] = line.split(' ')
        return name && count ? [[name, Number(count)] as const] : []
      }),
    )
  },
})

/** Without ctr there is nothing to ask with; with it, a daemon that does not answer is ignorance, not absence. */
const refuseWithoutDaemon = (raw: Exec, subject: string): void => {
  if (raw.exitCode === noSuchCommand) throw cannotShow(subject, 'it has no ctr')
  if (raw.exitCode !== 0) throw absent(subject, raw)
}
