import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { renderNode } from '../../src/render/index.ts'
import type { NodeSpec } from '../../src/spec/node-spec.ts'
import { parseNodeSpec } from '../../src/spec/parse-node-spec.ts'

const read = (name: string): NodeSpec => parseNodeSpec(readFileSync(`fixtures/specs/${name}.json`, 'utf8'))

const textOf = (spec: NodeSpec, path: string): string | undefined =>
  renderNode(spec).find((file) => file.path === path)?.text

test('an image that has not joined has image files only', () => {
  const { join: _, ...image } = read('docker-node')
  expect(new Set(renderNode(image).map((file) => file.phase))).toEqual(new Set(['image']))
})

test('files come sorted by path, each once', () => {
  const paths = renderNode(read('docker-node')).map((file) => file.path)
  expect(paths).toEqual([...new Set(paths)].sort())
  expect(paths).toContain('/etc/kubernetes/kubelet/config.json.d/40-nodeadm.conf')
})

test('a spec that joins without an instance is refused in a sentence', () => {
  const { instance: _, ...spec } = read('docker-node')
  expect(() => renderNode(spec)).toThrow(/the spec has `join` but no `instance`/)
})

test('containerd says its version as the real binary would, with /v2 in the module path from 2.0 on', () => {
  expect(textOf(read('docker-node'), '/etc/eks/containerd-version.txt')).toBe(
    'containerd github.com/containerd/containerd 1.7.24\n',
  )
  expect(textOf(read('docker-node-containerd-2'), '/etc/eks/containerd-version.txt')).toBe(
    'containerd github.com/containerd/containerd/v2 2.1.9\n',
  )
})

test('the release file holds only what is known', () => {
  const spec = read('docker-node')
  expect(textOf(spec, '/etc/eks/release')).toBe('ARCH="x86_64"\n')
  const build = { baseAmiId: 'ami-0', buildTime: 'Fri Nov 20 10:00:00 UTC 2026', buildKernel: '6.12.0' }
  expect(renderNode(spec, { build }).find((file) => file.path === '/etc/eks/release')?.text).toBe(
    'BASE_AMI_ID="ami-0"\nBUILD_TIME="Fri Nov 20 10:00:00 UTC 2026"\nBUILD_KERNEL="6.12.0"\nARCH="x86_64"\n',
  )
})

test('containerd is configured in the schema of its version', () => {
  expect(textOf(read('docker-node'), '/etc/containerd/config.toml')).toContain(
    "[plugins.'io.containerd.grpc.v1.cri']\nenable_cdi = true\nrestrict_oom_score_adj = true\n",
  )
  expect(textOf(read('docker-node-containerd-2'), '/etc/containerd/config.toml')).toContain(
    "[plugins.'io.containerd.cri.v1.runtime']\nenable_cdi = true\nrestrict_oom_score_adj = true\n",
  )
})

test('more pods than the memory can hold are refused, where nodeadm reserves more than there is', () => {
  const spec = read('docker-node')
  if (spec.join) spec.join.spec.kubelet = { maxPodsExpression: '800' }
  expect(() => renderNode(spec)).toThrow(/9055 MiB and the 100 MiB eviction threshold leave nothing/)
  expect(renderNode(spec, { compat: 'nodeadm' }).length).toBeGreaterThan(0)
})

test('an unknown instance type and a failing expression are refused, where nodeadm falls back', () => {
  const unknown = read('docker-node')
  if (unknown.instance) unknown.instance.type = 'm5.huge'
  expect(() => renderNode(unknown)).toThrow(/instance type "m5.huge" is not in the table/)
  expect(renderNode(unknown, { lookup: () => ({ maxEnis: 2, ipv4PerEni: 5 }) }).length).toBeGreaterThan(0)
  const failing = read('docker-node')
  if (failing.join) failing.join.spec.kubelet = { maxPodsExpression: 'max_pods +' }
  expect(() => renderNode(failing)).toThrow(/nodeadm would silently use 29/)
})

test('an Outpost without the id of its cluster is refused', () => {
  const spec = read('docker-node')
  if (spec.join) spec.join.spec.cluster.enableOutpost = true
  expect(() => renderNode(spec)).toThrow(/spec.join.spec.cluster.id is missing/)
})
