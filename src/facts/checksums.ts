import { text } from '../lib/exec.ts'
import { absent, cannotShow } from './absent.ts'
import { fact } from './fact.ts'
import { lines, record } from './text.ts'

/** Programs that images get from a download and not from a package; few, because reading them all takes the node's time. */
export const hashedPrograms = [
  '/etc/eks/image-credential-provider/ecr-credential-provider',
  '/usr/bin/aws-iam-authenticator',
  '/usr/bin/containerd',
  '/usr/bin/containerd-shim-runc-v2',
  '/usr/bin/ctr',
  '/usr/bin/kubectl',
  '/usr/bin/kubelet',
  '/usr/bin/nodeadm',
  '/usr/bin/runc',
  '/usr/bin/soci-snapshotter-grpc',
  '/usr/local/bin/kubelet',
  '/usr/local/bin/nodeadm',
  '/usr/local/bin/runc',
  '/usr/local/bin/soci-snapshotter-grpc',
  '/usr/local/sbin/runc',
  '/usr/sbin/runc',
] as const

/** Directories whose every file is hashed. */
const hashedDirectories = ['/opt/cni/bin'] as const

/** sha256 of programs by path, links followed; one that is not there is missing. */
export const checksums = fact({
  probe: `find ${hashedPrograms.join(' ')} ${hashedDirectories.map((path) => `${path}/*`).join(' ')} -maxdepth 0 -type f -exec sha256sum {} + 2>/dev/null
find ${hashedPrograms.join(' ')} ${hashedDirectories.map((path) => `${path}/*`).join(' ')} -maxdepth 0 -type l -exec sha256sum {} + 2>/dev/null
command -v sha256sum >/dev/null && echo done`,
  version: 1,
  timeoutMs: 30_000,
  parse: (raw): Readonly<Record<string, string>> => {
    const said = lines(text(raw.stdout))
    // Without the last line either sha256sum is missing or something ended the probe before it.
    if (said.at(-1) !== 'done') throw absent('the checksums of programs', raw)
    return record(
      said.flatMap((line) => {
        const [, sha256 = '', path] = /^([0-9a-f]{64}) [ *](\/.*)$/.exec(line) ?? []
        return path === undefined ? [] : [[path, sha256] as const]
      }),
    )
  },
})

/** The sha256 at a path; undefined when nothing is there. Throws `unproven` for a path that is not hashed on the node. */
export const checksumAt = (found: Readonly<Record<string, string>>, path: string): string | undefined => {
  if (Object.hasOwn(found, path)) return found[path]
  const looked: readonly string[] = hashedPrograms
  if (looked.includes(path) || hashedDirectories.some((directory) => path.startsWith(`${directory}/`)))
    return undefined
  throw cannotShow(`the sha256 of ${path}`, `evidence hashes ${hashedDirectories.join(', ')} and programs`)
}
