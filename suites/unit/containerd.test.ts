import { expect, test } from 'vitest'
import { parseToml } from '../../src/lib/toml.ts'
import { renderContainerd } from '../../src/render/containerd.ts'
import { isSociOn } from '../../src/render/soci.ts'
import type { NodeSpec, NodeSpecInput } from '../../src/spec/node-spec.ts'
import { parseNodeSpec } from '../../src/spec/parse-node-spec.ts'

const image = { os: 'al2023', arch: 'x86_64', kubernetes: '1.35.2', containerd: '2.2.1' } as const
const instance = {
  type: 'm5.xlarge',
  region: 'us-west-2',
  availabilityZone: 'us-west-2a',
  id: 'i-1',
  cpuCount: 4,
  memoryBytes: 16 * 2 ** 30,
}
const join = {
  apiVersion: 'node.eks.aws/v1alpha1',
  kind: 'NodeConfig',
  spec: {
    cluster: { name: 'c', apiServerEndpoint: 'https://e', certificateAuthority: '', cidr: '10.0.0.0/16' },
  },
} as const
const specOf = (input: Partial<NodeSpecInput>): NodeSpec => parseNodeSpec({ schema: 1, image, ...input })
const fileOf = (spec: NodeSpec, path: string): string =>
  renderContainerd(spec).find((file) => file.path === path)?.text ?? ''
const configOf = (spec: NodeSpec): string => fileOf(spec, '/etc/containerd/config.toml')

test('containerd 2 is configured by version 3, containerd 1 by version 2', () => {
  expect(parseToml(configOf(specOf({})))).toMatchObject({ version: 3n })
  const old = specOf({ image: { ...image, containerd: '1.7.28' } })
  expect(parseToml(configOf(old))).toMatchObject({ version: 2n })
})

test('CDI is on from Kubernetes 1.32', () => {
  const cdi = (kubernetes: string) => configOf(specOf({ image: { ...image, kubernetes } }))
  expect(cdi('1.31.13')).toContain('enable_cdi = false')
  expect(cdi('1.32.0-eks-abc')).toContain('enable_cdi = true')
})

test('on an NVIDIA image the NVIDIA runtime stands instead of runc', () => {
  const text = configOf(specOf({ image: { ...image, variant: 'nvidia' } }))
  expect(text).toContain('default_runtime_name = "nvidia"')
  expect(text).toContain('BinaryName = "/usr/bin/nvidia-container-runtime"')
  expect(text).not.toContain('runtimes.runc]')
})

test('SOCI needs the gate, 7 GiB and four CPUs', () => {
  const on = { ...join, spec: { ...join.spec, featureGates: { FastImagePull: true } } }
  expect(isSociOn(specOf({ instance, join: on }))).toBe(true)
  expect(isSociOn(specOf({ instance: { ...instance, memoryBytes: 7 * 2 ** 30 }, join: on }))).toBe(true)
  expect(isSociOn(specOf({ instance: { ...instance, memoryBytes: 7 * 2 ** 30 - 1 }, join: on }))).toBe(false)
  expect(isSociOn(specOf({ instance: { ...instance, cpuCount: 3 }, join: on }))).toBe(false)
  expect(isSociOn(specOf({ instance, join }))).toBe(false)
})

test('with SOCI, containerd starts after the snapshotter and uses it', () => {
  const on = { ...join, spec: { ...join.spec, featureGates: { FastImagePull: true } } }
  const spec = specOf({ instance, join: on })
  expect(renderContainerd(spec).map(({ path }) => path)).toEqual([
    '/etc/containerd/base-runtime-spec.json',
    '/etc/containerd/config.toml',
    '/etc/soci-snapshotter-grpc/config.toml',
    '/etc/systemd/system/containerd.service.d/10-soci-snapshotter.conf',
  ])
  expect(parseToml(configOf(spec))).toMatchObject({
    plugins: { 'io.containerd.cri.v1.images': { snapshotter: 'soci' } },
    proxy_plugins: { soci: { exports: { root: '/var/lib/soci-snapshotter-grpc' } } },
  })
})

test('a base runtime spec of the user is merged over the default, lists replaced', () => {
  const containerd = { baseRuntimeSpec: { process: { capabilities: { bounding: ['CAP_CHOWN'] } } } }
  const spec = specOf({ join: { ...join, spec: { ...join.spec, containerd } } })
  const text = fileOf(spec, '/etc/containerd/base-runtime-spec.json')
  expect(JSON.parse(text)).toMatchObject({
    ociVersion: '1.1.0',
    process: { capabilities: { bounding: ['CAP_CHOWN'] }, noNewPrivileges: true },
  })
  expect(text.startsWith('{\n    "linux"')).toBe(true)
  expect(text.endsWith('}')).toBe(true)
})

test('a sandbox image that would break the file is refused', () => {
  const spec = specOf({ image: { ...image, sandboxImage: 'we"ird' } })
  expect(() => renderContainerd(spec)).toThrow('the sandbox image "we\\"ird" holds a character')
})
