import { Buffer } from 'node:buffer'
import { spawnSync } from 'node:child_process'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { renderUserData, type UserDataPart } from '../../src/render/user-data.ts'
import { gspSetting } from '../../src/render/user-data-gsp.ts'
import { sociContainerdConfig, sociLazyConfig, sociUserData } from '../../src/render/user-data-soci.ts'
import { parseUserData } from '../../src/spec/user-data.ts'

const release = { version: '0.15.0', sha256: { x86_64: 'a'.repeat(64), arm64: 'b'.repeat(64) } }
const lazy = { mode: 'lazy', index: 'v2', version: '0.15.0' } as const
const gpu = { architecture: 'ampere', flavour: 'proprietary', gsp: 'off' } as const
const gpuParts = () => sociUserData({ containerd: '2.1.5', soci: lazy, release, gpu })
const scriptOf = (parts: readonly UserDataPart[]): string =>
  parts.map((part) => (part.kind === 'shell' ? part.script : '')).join('')

test('Karpenter gets the message as text, EC2 as base64 of the same bytes', () => {
  const parts: UserDataPart[] = [{ kind: 'shell', script: '#!/bin/sh\ntrue\n' }]
  const karpenter = renderUserData(parts, 'karpenter')
  expect(karpenter.value).toBe(
    'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="BOUNDARY"\n\n--BOUNDARY\nContent-Type: text/x-shellscript; charset="us-ascii"\n\n#!/bin/sh\ntrue\n\n--BOUNDARY--\n',
  )
  expect(Buffer.from(renderUserData(parts, 'ec2').value, 'base64').toString()).toBe(karpenter.value)
})

const padded = (bytes: number): UserDataPart[] => [
  { kind: 'shell', script: `#!/bin/sh\n#${'x'.repeat(bytes)}` },
]

test('what is longer than 16 KB is compressed for EC2', () => {
  const rendered = renderUserData(padded(20_000), 'ec2')
  expect(rendered.gzip).toBe(true)
  expect(gunzipSync(Buffer.from(rendered.value, 'base64')).toString()).toBe(rendered.message)
})

test('nobody else takes gzip, and Karpenter needs room for its own part', () => {
  expect(() => renderUserData(padded(20_000), 'karpenter')).toThrow(
    /14336 fit \(16 KB less what karpenter adds itself\)/,
  )
  expect(() => renderUserData(padded(20_000), 'managed-node-group')).toThrow(/14336 fit/)
})

test('a script without #! is refused, because cloud-init would not run it', () => {
  expect(() => renderUserData([{ kind: 'shell', script: 'true' }], 'ec2')).toThrow(/first line is #!/)
})

test('a NodeConfig that nodeadm would refuse is refused', () => {
  const config = JSON.parse('{"spec":{"kubelet":{"flags":"--v=5"}}}')
  expect(() => renderUserData([{ kind: 'node-config', config }], 'ec2')).toThrow(
    /spec.kubelet.flags is a string/,
  )
})

test('a line of a script that looks like the boundary moves the boundary', () => {
  const { message } = renderUserData([{ kind: 'shell', script: '#!/bin/sh\n--BOUNDARY--\n' }], 'ec2')
  expect(message).toContain('boundary="BOUNDARY-1"')
})

test('SOCI is merged into the containerd configuration, whatever table stands last', () => {
  const user = "[plugins.'io.containerd.cri.v1.runtime'.cni]\nbin_dir = '/opt/cni/bin'\n"
  expect(sociContainerdConfig('2.1.5', user)).toBe(`version = 3

[plugins]
[plugins.'io.containerd.cri.v1.images']
disable_snapshot_annotations = false
snapshotter = 'soci'

[plugins.'io.containerd.cri.v1.runtime']
[plugins.'io.containerd.cri.v1.runtime'.cni]
bin_dir = '/opt/cni/bin'

[proxy_plugins]
[proxy_plugins.soci]
address = '/run/soci-snapshotter-grpc/soci-snapshotter-grpc.sock'
type = 'snapshot'

[proxy_plugins.soci.exports]
root = '/var/lib/soci-snapshotter-grpc'
`)
})

test('merging SOCI twice changes nothing more', () => {
  const once = sociContainerdConfig('1.7.27')
  expect(sociContainerdConfig('1.7.27', once)).toBe(once)
})

test.for([
  ['1.7.15', false],
  ['1.7.16', true],
  ['v1.7.27-amzn', true],
  ['2.0.0-rc.1', true],
  ['2.3.1', true],
  ['3.0.0', false],
] as const)('containerd %s: SOCI is rendered: %s', ([version, works]) => {
  const render = () => sociContainerdConfig(version)
  if (works) expect(render()).toContain("snapshotter = 'soci'")
  else expect(render).toThrow(/outside 1.7.16 to below 3.0.0/)
})

test('a version 1 or 2 configuration is not mixed with the keys of version 3', () => {
  expect(() => sociContainerdConfig('2.1.5', '[plugins."io.containerd.grpc.v1.cri"]\n')).toThrow(
    /migrate it first/,
  )
  expect(() => sociContainerdConfig('1.7.27', '[plugins.cri]\n')).toThrow(/migrate it first/)
  expect(() => sociContainerdConfig('2.1.5', 'version = 2\n')).toThrow(/migrate it first/)
})

test('the daemon enables the index that the images carry, by the keys its version knows', () => {
  expect(sociLazyConfig('0.15.0', 'v1')).toContain('[pull_modes.soci_v1]\nenable = true')
  expect(sociLazyConfig('0.9.0', 'v1')).not.toContain('pull_modes')
  expect(() => sociLazyConfig('0.9.0', 'v2')).toThrow(/knows no v2 index/)
})

test('the GSP is never turned off for the open modules', () => {
  expect(() => gspSetting({ architecture: 'hopper', flavour: 'open', gsp: 'off' })).toThrow(/need the GSP/)
  expect(() => gspSetting({ architecture: 'blackwell', flavour: 'proprietary', gsp: 'off' })).toThrow(
    /open kernel modules/,
  )
  expect(() => gspSetting({ architecture: 'volta', flavour: 'open', gsp: 'image' })).toThrow(/proprietary/)
  expect(gspSetting({ architecture: 'turing', flavour: 'proprietary', gsp: 'off' })).toBe(0)
  expect(gspSetting({ architecture: 'hopper', flavour: 'open', gsp: 'image' })).toBe(18)
})

test('the order is runtime, GSP, SOCI', () => {
  const [first, second] = gpuParts()
  expect(first?.kind).toBe('node-config')
  const script = second?.kind === 'shell' ? second.script : ''
  const positions = [
    'NVreg_EnableGpuFirmware=0',
    'curl --fail',
    'sha256sum -c',
    'tar --extract',
    'systemctl enable',
  ].map((step) => script.indexOf(step))
  expect(positions).not.toContain(-1)
  expect(positions).toEqual(positions.toSorted((a, b) => a - b))
})

test('the script is a valid bash script, prints no commands, and knows both architectures', () => {
  const script = scriptOf(gpuParts())
  expect(spawnSync('bash', ['-n'], { input: script }).stderr.toString()).toBe('')
  expect(script).not.toMatch(/set -[a-z]*x/)
  expect(script).toContain(`aarch64) arch=arm64 sum=${'b'.repeat(64)} ;;`)
  expect(script).not.toMatch(/\b(yum|dnf|apt-get) install\b/)
})

test('parallel pulls need nothing but the feature gate', () => {
  const parts = sociUserData({ containerd: '2.1.5', soci: { mode: 'parallel' } })
  expect(parts).toEqual([
    { kind: 'node-config', config: { spec: { featureGates: { FastImagePull: true } } } },
  ])
})

test('a release that is no version never reaches the shell', () => {
  const bad = { ...release, version: '0.15.0$(reboot)' }
  const soci = { ...lazy, version: bad.version }
  expect(() => sociUserData({ containerd: '2.1.5', soci, release: bad })).toThrow()
})

test('GPU and SOCI user data fits into an EC2NodeClass, and nodeadm reads it', async () => {
  const { value } = renderUserData(gpuParts(), 'karpenter')
  expect(parseUserData(Buffer.from(value)).spec.kubelet.config).toEqual({
    imageServiceEndpoint: 'unix:///run/soci-snapshotter-grpc/soci-snapshotter-grpc.sock',
  })
  await expect(value).toMatchFileSnapshot('../../snapshots/user-data/soci-lazy-gpu.mime')
})
