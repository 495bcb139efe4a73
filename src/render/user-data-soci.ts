import { AmiproofError } from '../lib/errors.ts'
import { deepMerge } from '../lib/merge.ts'
import { isTomlTable, parseToml, type TomlTable } from '../lib/toml.ts'
import { stringifyToml } from '../lib/toml-text.ts'
import { atLeast } from '../lib/versions.ts'
import { sociDropInText, sociRoot, sociSocket } from './soci.ts'
import type { UserDataPart } from './user-data.ts'
import { type GspRequest, gspScript } from './user-data-gsp.ts'

/** A release archive per architecture; the digests are of the .tar.gz files. */
export interface SociRelease {
  readonly version: string
  /** Lower-case hexadecimal, as sha256sum prints it. */
  readonly sha256: { readonly x86_64?: string; readonly arm64?: string }
}

/**
 * `parallel`: whole images, pulled and unpacked in parallel, what nodeadm's FastImagePull gate sets up by itself. `lazy`: images with a
 * SOCI index start before they are there; `index` names the kind of index they carry.
 */
export type SociMode =
  | { readonly mode: 'parallel' }
  | { readonly mode: 'lazy'; readonly index: 'v1' | 'v2'; readonly version: string }

/** The node that is to pull with SOCI, and how. */
export interface SociUserDataOptions {
  /** containerd of the image, as `containerd --version` has it: `2.1.5`, `1.7.27`. */
  readonly containerd: string
  readonly soci: SociMode
  /** Downloaded and verified at boot. Absent: the snapshotter is in the image, which needs no network. */
  readonly release?: SociRelease
  /** The user's own containerd configuration, merged with SOCI's. */
  readonly containerdConfig?: string
  readonly gpu?: GspRequest
}

const refuse = (code: string, message: string) =>
  new AmiproofError(`rendering SOCI user data: ${message}`, {
    kind: 'config',
    code,
    op: 'render user data',
    blame: 'user',
  })

const criPlugin = { 2: 'io.containerd.grpc.v1.cri', 3: 'io.containerd.cri.v1.images' } as const

/** Below 1.7.16 containerd drops `exports.root`, and disk accounting and garbage collection look at the wrong place (soci-snapshotter #1093). */
const gate = { from: '1.7.16', below: '3.0.0' } as const

const configVersion = (containerd: string): 2 | 3 => {
  if (!atLeast(containerd, gate.from) || atLeast(containerd, gate.below))
    throw refuse(
      'soci-containerd-version',
      `containerd ${containerd} is outside ${gate.from} to below ${gate.below}, where the SOCI snapshotter is known to work; use an image in that range, or leave SOCI out`,
    )
  return atLeast(containerd, '2.0.0') ? 3 : 2
}

const sociTables = (version: 2 | 3): TomlTable => {
  const settings = { snapshotter: 'soci', disable_snapshot_annotations: false }
  return {
    version: BigInt(version),
    plugins: { [criPlugin[version]]: version === 2 ? { containerd: settings } : settings },
    proxy_plugins: { soci: { type: 'snapshot', address: sociSocket, exports: { root: sociRoot } } },
  }
}

/**
 * SOCI's containerd configuration merged into the user's, never appended: a bare key belongs to whatever table stood last.
 * @throws AmiproofError `soci-containerd-version`, `soci-containerd-schema`, `toml-syntax`
 */
export const sociContainerdConfig = (containerd: string, user = ''): string => {
  const version = configVersion(containerd)
  const table = parseToml(user, 'the containerd configuration')
  const other = version === 3 ? criPlugin[2] : criPlugin[3]
  const plugins = isTomlTable(table.plugins) ? Object.keys(table.plugins) : []
  if (
    plugins.includes(other) ||
    plugins.includes('cri') ||
    (table.version ?? BigInt(version)) !== BigInt(version)
  )
    throw refuse(
      'soci-containerd-schema',
      `the containerd configuration is not of version ${version}, which containerd ${containerd} takes: found version ${table.version ?? 'none'} and the plugins ${plugins.join(', ') || 'none'}; migrate it first`,
    )
  const merged: unknown = deepMerge(table, sociTables(version))
  return stringifyToml(isTomlTable(merged) ? merged : sociTables(version))
}

/** The daemon's configuration for lazy loading; `[pull_modes]` exists from 0.10.0, where v1 indexes went off by default. */
export const sociLazyConfig = (version: string, index: 'v1' | 'v2'): string => {
  const hasPullModes = atLeast(version, '0.10.0')
  if (index === 'v2' && !hasPullModes)
    throw refuse('soci-index', `SOCI ${version} knows no v2 index; use 0.10.0 or later`)
  return stringifyToml({
    cri_keychain: { enable_keychain: true, image_service_path: '/run/containerd/containerd.sock' },
    content_store: { type: 'soci' },
    ...(hasPullModes
      ? { pull_modes: { soci_v1: { enable: index === 'v1' }, soci_v2: { enable: index === 'v2' } } }
      : {}),
  })
}

const preamble = `#!/bin/bash
set -euo pipefail
umask 022
fail() { echo "user data: $1" >&2; exit 1; }
`

const checkContainerd = (
  version: 2 | 3,
): string => `# The NodeConfig beside this script is for containerd ${version === 3 ? '2.x' : '1.7'}.
containerd_version=$(cat /etc/eks/containerd-version.txt 2>/dev/null || containerd --version | awk '{ print $3 }')
case \${containerd_version#v} in
  ${version === 3 ? '2.*' : '1.7.*'}) ;;
  *) fail "containerd is \${containerd_version:-unknown}, and this user data is for ${version === 3 ? '2.x' : '1.7'}" ;;
esac
`

const digest = /^[0-9a-f]{64}$/

const install = ({ version, sha256 }: SociRelease): string => {
  if (!/^\d+\.\d+\.\d+$/.test(version))
    throw refuse('soci-release', `${JSON.stringify(version)} is not a released version such as 0.15.0`)
  const cases = Object.entries(sha256).filter(([, sum]) => sum !== undefined)
  if (cases.length === 0) throw refuse('soci-release', `no sha256 is given for SOCI ${version}`)
  const wrong = cases.find(([, sum]) => !digest.test(sum))
  if (wrong)
    throw refuse('soci-release', `the sha256 for ${wrong[0]} is not 64 hexadecimal digits: ${wrong[1]}`)
  const names = { x86_64: ['x86_64', 'amd64'], arm64: ['aarch64', 'arm64'] }
  const arms = Object.entries(names)
    .flatMap(([arch, [machine, release]]) => {
      const sum = arch === 'arm64' ? sha256.arm64 : sha256.x86_64
      return sum === undefined ? [] : [`  ${machine}) arch=${release} sum=${sum} ;;`]
    })
    .join('\n')
  return `case $(uname -m) in
${arms}
  *) fail "there is no SOCI archive for $(uname -m)" ;;
esac
archive=soci-snapshotter-${version}-linux-$arch.tar.gz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
curl --fail --location --silent --show-error --retry 10 --retry-delay 1 --retry-connrefused \\
  --output "$work/$archive" "https://github.com/awslabs/soci-snapshotter/releases/download/v${version}/$archive"
echo "$sum  $work/$archive" | sha256sum -c -
tar --extract --gzip --no-same-owner --file "$work/$archive" --directory /usr/local/bin ./soci ./soci-snapshotter-grpc
`
}

/** Type=notify, and no Before=containerd: the keychain dials containerd, whose drop-in orders the two. */
const unit = `[Unit]
Description=SOCI snapshotter for containerd
After=network.target

[Service]
Type=notify
ExecStart=/usr/local/bin/soci-snapshotter-grpc
Restart=on-failure
RestartSec=5

[Install]
WantedBy=multi-user.target
`

const write = (path: string, text: string): string =>
  `mkdir -p ${path.slice(0, path.lastIndexOf('/'))}\ncat > ${path} << 'END'\n${text.endsWith('\n') ? text : `${text}\n`}END\n`

const lazyScript = (version: string, index: 'v1' | 'v2', release: SociRelease | undefined): string =>
  [
    'modprobe fuse',
    '[ -c /dev/fuse ] || fail "there is no /dev/fuse, and lazy loading mounts images through it"',
    release
      ? install(release)
      : 'command -v soci-snapshotter-grpc > /dev/null || fail "the image has no soci-snapshotter-grpc"',
    write('/etc/soci-snapshotter-grpc/config.toml', sociLazyConfig(version, index)),
    release ? write('/etc/systemd/system/soci-snapshotter.service', unit) : '',
    write('/etc/systemd/system/containerd.service.d/10-soci-snapshotter.conf', sociDropInText),
    'systemctl daemon-reload',
    'systemctl enable --now soci-snapshotter.service',
    'systemctl is-active --quiet soci-snapshotter.service || fail "soci-snapshotter does not run"',
  ]
    .filter((step) => step !== '')
    .map((step) => (step.endsWith('\n') ? step : `${step}\n`))
    .join('')

/**
 * The parts that give a node the SOCI snapshotter, and a GPU node its GSP setting, in the order runtime, GSP, SOCI. nodeadm itself sets up
 * the nvidia runtime and, for parallel pulls, all of SOCI; what it cannot do is done by one script that runs before it starts containerd.
 * @throws AmiproofError `soci-containerd-version` outside 1.7.16 … 2.x, `soci-containerd-schema`, `soci-index`, `soci-release`, `gsp-flavour`
 */
export const sociUserData = (options: SociUserDataOptions): readonly UserDataPart[] => {
  const { containerd, soci, release, containerdConfig, gpu } = options
  const version = configVersion(containerd)
  const gsp = gpu ? gspScript(gpu) : ''
  const isLazy = soci.mode === 'lazy'
  if (release && !isLazy)
    throw refuse(
      'soci-release',
      'FastImagePull takes the snapshotter that is in the image; leave the release out',
    )
  if (release && isLazy && release.version !== soci.version)
    throw refuse(
      'soci-release',
      `the mode is for SOCI ${soci.version}, and the release is ${release.version}`,
    )
  const spec = isLazy
    ? {
        // Both or neither: the endpoint without the keychain refuses every pull, the keychain without the endpoint never sees a credential.
        kubelet: { config: { imageServiceEndpoint: `unix://${sociSocket}` } },
        containerd: { config: sociContainerdConfig(containerd, containerdConfig) },
      }
    : {
        featureGates: { FastImagePull: true },
        ...(containerdConfig ? { containerd: { config: containerdConfig } } : {}),
      }
  const steps = gsp + (isLazy ? lazyScript(soci.version, soci.index, release) : '')
  const script: readonly UserDataPart[] =
    steps === '' ? [] : [{ kind: 'shell', script: `${preamble}${checkContainerd(version)}${steps}` }]
  return [{ kind: 'node-config', config: { spec } }, ...script]
}
