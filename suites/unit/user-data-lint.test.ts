import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { lintUserData } from '../../src/render/lint-user-data.ts'
import words from '../../src/render/lint-user-data-words.json' with { type: 'json' }
import { renderUserData } from '../../src/render/user-data.ts'
import { sociUserData } from '../../src/render/user-data-soci.ts'

const mime = (type: string, body: string): string =>
  `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: ${type}\n\n${body}\n--b--\n`
const config = 'apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\n'
const sh = (script: string): string => `#!/bin/bash\n${script}\n`
const toml = (body: string, redirect = '>'): string =>
  sh(`cat ${redirect} /etc/containerd/other.toml << EOF\n${body}\nEOF`)

/** Each trap in a script of our own: the rule, the text, where it is found. `|` in the text marks the place and is taken out. */
const traps: readonly (readonly [rule: string, marked: string])[] = [
  ['xtrace', sh('|set -eux')],
  ['xtrace', sh('configure() {( |set -o xtrace')],
  ['xtrace', '|#!/bin/bash -ex\ntrue\n'],
  ['curl-no-fail', sh('if |curl -sSL https://example.org/a -o a; then sha256sum -c a.sum; fi')],
  ['curl-no-fail', sh('sha256sum -c s\n  |curl \\\n  --silent \\\n  https://example.org/f')],
  ['download-not-verified', sh('|curl --fail -o /tmp/a https://example.org/a')],
  ['download-not-verified', sh('|wget https://example.org/a')],
  ['sha256sum-no-check', sh('|sha256sum ./archive.sha256sum')],
  ['no-arm64', sh('tar -xf tool-linux-|amd64.tar.gz')],
  ['network-install', sh('|dnf -y install fuse')],
  ['version-by-sort', sh('printf \'%s\\n\' "$1" "$2" | |sort -C -V')],
  ['rmmod', sh('|rmmod nvidia_uvm')],
  ['rmmod', sh('|modprobe -r nvidia')],
  ['gsp-off', sh('echo "options nvidia |NVreg_EnableGpuFirmware=0" > /etc/modprobe.d/gsp.conf')],
  ['nvreg-duplicate', sh('echo NVreg_X=1 > /a\necho |NVreg_X=1 > /b')],
  ['append-not-idempotent', sh('echo a=b |>> /etc/sysctl.conf')],
  ['append-not-idempotent', sh('echo a=b | |tee --append /etc/sysctl.conf')],
  ['stale-path', sh('sed -i s/a/b/ |/etc/kubernetes/kubelet/kubelet-config.json')],
  ['stale-path', sh('source |/etc/eks/bootstrap.sh')],
  ['kubelet-json-edit', sh('cat $KUBELET_CONFIG | |jq .maxPods=10 > $KUBELET_CONFIG.tmp')],
  ['status-under-errexit', sh('set -e\n|systemctl status soci-snapshotter')],
  ['silent-fallback', sh('if true; then\n  run\nelse\n  |echo "containerd is not supported"\nfi')],
  ['config-overwritten', sh('cat |> /etc/containerd/config.toml << EOF\nversion = 3\nEOF')],
  ['appended-bare-keys', toml('# soci\n|snapshotter = "soci"', '>>')],
  [
    'appended-tables',
    sh('cat |>> /etc/containerd/a.toml << EOF\n[proxy_plugins.soci.exports]\nroot = "/x"\nEOF'),
  ],
  ['containerd-v1', toml('root = "/x"\n|[plugins.cri.containerd]\ndefault_runtime_name = "nvidia"')],
  ['containerd-no-version', toml('|[plugins."io.containerd.cri.v1.images"]\nsnapshotter = "soci"')],
  ['runtime-v1', toml('runtime_type = "|io.containerd.runtime.v1.linux"')],
  ['soci-no-exports', toml('version = 2\n|[proxy_plugins.soci]\ntype = "snapshot"')],
  ['placeholder', toml('version = 2\nsandbox_image = "|SANDBOX_IMAGE"')],
  [
    'placeholder',
    mime('application/node.eks.aws', `${config}spec: {cluster: {name: '|{{ .Values.cluster }}'}}`),
  ],
  ['heredoc-not-ended', sh('cat > /a |<< EOF\nx\n EOF')],
  ['no-node-config', '|#!/bin/sh\ntrue\n'],
  ['no-node-config', `|${mime('text/x-shellscript', '#!/bin/sh')}`],
  ['no-shebang', mime('text/x-shellscript; charset="us-ascii"', '|echo hello')],
  ['node-config', mime('application/node.eks.aws', `|${config}spec: {kubelet: {flags: --v=5}}`)],
  ['bad-mime', `|${mime('application/node.eks.aws', config).replace('--b--', '')}`],
  ['mime-not-read', `|Content-Type: multipart/mixed; boundary=//\n\n--//\n`],
  ['unknown-key', `${config}spec:\n  kubelet:\n    |maxpods: 5\n`],
  ['containerd-config', `${config}spec:\n  containerd:\n    config: |'[plugins'\n`],
  ['too-large', `|#!/bin/sh\n#${'x'.repeat(16_384)}\n`],
]

/** The last `|` that stands directly before a non-blank, which a pipe does not. */
const unmark = (marked: string): { text: string; line: number; column: number } => {
  const at = marked.search(/\|(?=\S)(?!\|)/)
  const text = marked.slice(0, at) + marked.slice(at + 1)
  const before = marked.slice(0, at).split('\n')
  return { text, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

test.for(traps)('%s is found where it stands: %s', ([rule, marked]) => {
  const { text, line, column } = unmark(marked)
  const places = lintUserData(text)
    .filter((finding) => finding.rule === `user-data/${rule}`)
    .map((finding) => ({ line: finding.line, column: finding.column }))
  expect(places).toEqual([{ line, column }])
})

test('every rule has a trap that shows it', () => {
  expect([...new Set(traps.map(([rule]) => rule))].sort()).toEqual(Object.keys(words).sort())
})

test.for([
  sh('set -euo pipefail\n# set -x would print secrets; curl http://example.org'),
  sh("echo 'set up: set -x is off' > /tmp/a"),
  sh('curl -fsSL https://example.org/a -o a\necho "$sum  a" | sha256sum -c -'),
  sh('case $(uname -m) in x86_64) a=amd64 ;; aarch64) a=arm64 ;; esac\ntar -xf tool-linux-amd64.tar.gz'),
  sh('actual=$(sha256sum a | cut -d" " -f1)'),
  sh("cat > /etc/x.conf << 'EOF'\n# curl and rmmod and set -x are only text here\nEOF"),
  sh('if ok; then\n  run\nelse\n  echo "not supported" >&2\n  exit 1\nfi'),
])('a careful script has nothing to find but its missing NodeConfig: %s', (script) => {
  expect(lintUserData(script).map(({ rule }) => rule)).toEqual(['user-data/no-node-config'])
})

test('the user data that we render has nothing to find', () => {
  const release = { version: '0.15.0', sha256: { x86_64: 'a'.repeat(64), arm64: 'b'.repeat(64) } }
  const gpu = { architecture: 'ampere', flavour: 'proprietary', gsp: 'off' } as const
  for (const containerd of ['1.7.27', '2.1.5']) {
    const soci = { mode: 'lazy', index: 'v2', version: '0.15.0' } as const
    const { message } = renderUserData(sociUserData({ containerd, soci, release, gpu }), 'karpenter')
    expect(lintUserData(message)).toEqual([])
  }
})

test('in a MIME message a place is a line and a column of the whole message, beyond characters of several bytes too', () => {
  const text = mime('text/x-shellscript', '#!/bin/sh\necho "é😀"; set -x')
  expect(lintUserData(text).find(({ rule }) => rule === 'user-data/xtrace')).toMatchObject({
    line: 8,
    column: 13,
  })
})

test('findings come in the order of the text, each with a fix', () => {
  const findings = lintUserData(sh('rmmod nvidia\nset -x\ncurl http://x/y'))
  expect(findings.map(({ line }) => line)).toEqual([1, 2, 3, 4, 4])
  expect(findings.every(({ fix, message }) => fix !== '' && message !== '')).toBe(true)
})

const seed = process.env.AMIPROOF_SEED_SCRIPTS
const scripts =
  seed && existsSync(seed)
    ? [...readFileSync(seed, 'utf8').matchAll(/```bash\n([\s\S]*?)\n```/g)].map((match) => match[1] ?? '')
    : []
const inSeed = {
  default:
    'xtrace version-by-sort network-install curl-no-fail download-not-verified no-arm64 stale-path kubelet-json-edit silent-fallback status-under-errexit config-overwritten placeholder soci-no-exports',
  gpu: 'xtrace version-by-sort rmmod gsp-off nvreg-duplicate append-not-idempotent stale-path config-overwritten containerd-v1 placeholder runtime-v1 network-install curl-no-fail download-not-verified no-arm64 kubelet-json-edit status-under-errexit appended-tables appended-bare-keys soci-no-exports silent-fallback',
}
const rows = scripts.length === 0 ? [] : Object.values(inSeed).map((rules, i) => [i, rules] as const)

test.for(rows)('script %i of the document named by AMIPROOF_SEED_SCRIPTS shows its traps', ([i, rules]) => {
  const found = new Set(lintUserData(scripts[i] ?? '').map(({ rule }) => rule.replace('user-data/', '')))
  expect([...found].sort()).toEqual(['no-node-config', ...rules.split(' ')].sort())
})
