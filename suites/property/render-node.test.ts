import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderNode } from '../../src/render/index.ts'
import { planJoin } from '../../src/render/join-plan.ts'
import { lintKubelet } from '../../src/render/lint-kubelet.ts'
import type { NodeFile } from '../../src/render/node-file.ts'
import type { NodeSpec } from '../../src/spec/node-spec.ts'
import { joiningNodes } from './node-specs.ts'
import { runs } from './runs.ts'

const options = { resolve: () => ['203.0.113.10', '203.0.113.11'], hosts: '127.0.0.1 localhost' }
const files = (spec: NodeSpec): readonly NodeFile[] => renderNode(spec, options)
const textOf = (all: readonly NodeFile[], path: string): string =>
  all.find((file) => file.path === path)?.text ?? ''
const config = (spec: NodeSpec) => JSON.parse(textOf(files(spec), '/etc/kubernetes/kubelet/config.json'))

test('reserved memory is 11 MiB a pod and 255, for the pods that nodeadm computed', () => {
  fc.assert(
    fc.property(joiningNodes, (spec) => {
      const { kubeReserved, maxPods } = config(spec)
      expect(kubeReserved.memory).toBe(`${11 * maxPods + 255}Mi`)
    }),
    runs,
  )
})

test('nothing that the user configures changes config.json', () => {
  fc.assert(
    fc.property(joiningNodes, (spec) => {
      const plain = structuredClone(spec)
      if (plain.join) plain.join.spec.kubelet = {}
      expect(config(plain)).toEqual(config(spec))
    }),
    runs,
  )
})

test('images are pulled by SOCI exactly when the gate is on and the instance is big enough', () => {
  fc.assert(
    fc.property(joiningNodes, (spec) => {
      const gate = spec.join?.spec.featureGates?.FastImagePull === true
      const big = (spec.instance?.memoryBytes ?? 0) >= 7 * 2 ** 30 && (spec.instance?.cpuCount ?? 0) >= 4
      const all = files(spec)
      expect('imageServiceEndpoint' in config(spec)).toBe(gate && big)
      expect(textOf(all, '/etc/containerd/config.toml').includes('proxy_plugins')).toBe(gate && big)
    }),
    runs,
  )
})

test('a suffix of the Kubernetes version never changes what a joining node gets', () => {
  fc.assert(
    fc.property(joiningNodes, fc.constantFrom('-eks-abc1234', '-rc.0', '+build', '~ds1'), (spec, suffix) => {
      const other = structuredClone(spec)
      other.image.kubernetes += suffix
      const joined = (of: NodeSpec) => files(of).filter(({ phase }) => phase === 'join')
      expect(joined(other)).toEqual(joined(spec))
    }),
    runs,
  )
})

test('paths are absolute, sorted and unique', () => {
  fc.assert(
    fc.property(joiningNodes, (spec) => {
      const paths = files(spec).map(({ path }) => path)
      expect(paths.every((path) => path.startsWith('/'))).toBe(true)
      expect(paths).toEqual([...new Set(paths)].sort())
    }),
    runs,
  )
})

test('the image files do not depend on how the node joins', () => {
  fc.assert(
    fc.property(joiningNodes, (spec) => {
      const { join: _, ...image } = spec
      expect(files(spec).filter(({ phase }) => phase === 'image')).toEqual(renderNode(image))
    }),
    runs,
  )
})

test('joining twice leaves what joining once left', () => {
  fc.assert(
    fc.property(joiningNodes, (spec) => {
      const first = files(spec)
      const hosts = textOf(first, '/etc/hosts') || options.hosts
      expect(renderNode(spec, { ...options, hosts })).toEqual(first)
    }),
    runs,
  )
})

test('no step of joining reads what a later one writes', () => {
  fc.assert(
    fc.property(joiningNodes, (spec) => {
      const steps = planJoin(spec, options)
      for (const [index, step] of steps.entries()) {
        const later = new Set(steps.slice(index + 1).flatMap(({ writes }) => writes))
        expect(step.reads.filter((what) => later.has(what))).toEqual([])
      }
    }),
    runs,
  )
})

test('every fact that a step reads was written by a step before', () => {
  fc.assert(
    fc.property(joiningNodes, (spec) => {
      const known = new Set<string>()
      for (const { reads, writes } of planJoin(spec, options)) {
        expect(reads.filter((what) => what.startsWith('fact:') && !known.has(what))).toEqual([])
        for (const what of writes) known.add(what)
      }
    }),
    runs,
  )
})

test('the steps of joining write exactly the files that joining leaves, each once', () => {
  fc.assert(
    fc.property(joiningNodes, (spec) => {
      const written = planJoin(spec, options)
        .flatMap(({ writes }) => writes)
        .filter((what) => /^\/(etc|var)\//.test(what) || what.endsWith('40-eks.conf'))
      const left = files(spec)
        .filter(({ phase }) => phase === 'join')
        .map(({ path }) => path)
      expect([...written].sort()).toEqual(left)
    }),
    runs,
  )
})

test('steps go from the boot hook over configuration to running, and ids are unique', () => {
  fc.assert(
    fc.property(joiningNodes, (spec) => {
      const steps = planJoin(spec, options)
      const order = steps.map(({ phase }) => ['boot-hook', 'config', 'run'].indexOf(phase))
      expect(order).toEqual(order.toSorted((a, b) => a - b))
      expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length)
    }),
    runs,
  )
})

test('what we render has no kubelet findings beyond the flags that the user chose', () => {
  fc.assert(
    fc.property(joiningNodes, (spec) => {
      const all = files(spec)
      const version = spec.image.kubernetes
      const dropIn = textOf(all, '/etc/kubernetes/kubelet/config.json.d/40-nodeadm.conf')
      expect([
        ...lintKubelet(textOf(all, '/etc/kubernetes/kubelet/config.json'), 'config').filter(
          ({ severity }) => severity !== 'info',
        ),
        ...(dropIn === '' ? [] : lintKubelet(dropIn, 'drop-in')),
        ...lintKubelet(textOf(all, '/etc/eks/kubelet/environment'), 'environment', version),
      ]).toEqual([])
    }),
    runs,
  )
})
