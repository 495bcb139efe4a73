import { Buffer } from 'node:buffer'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareBytes } from '../../src/lib/bytes.ts'
import { decodeNodeConfig } from '../../src/spec/decode-node-config.ts'
import { formatNodeConfig } from '../../src/spec/format-node-config.ts'
import {
  encodeNodeConfig,
  mergeNodeConfigs,
  type NodeConfigDocument,
} from '../../src/spec/node-config-document.ts'
import { loadNodeConfig, parseUserData } from '../../src/spec/user-data.ts'
import { nodeConfig, runs, text } from './node-config-samples.ts'

const json = (config: NodeConfigDocument): Buffer => Buffer.from(formatNodeConfig(config))
const empty = decodeNodeConfig(Buffer.from('apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\n'))

test('a decoded NodeConfig, written as JSON and decoded again, is the same', () => {
  fc.assert(
    fc.property(nodeConfig, (config) => {
      expect(decodeNodeConfig(json(config))).toEqual(config)
      expect(encodeNodeConfig(config)).toEqual(config)
    }),
    runs,
  )
})

test('JSON read as YAML is the same document', () => {
  fc.assert(
    fc.property(nodeConfig, (config) => {
      const yaml = Buffer.concat([Buffer.from('# a comment makes it YAML\n'), json(config)])
      // YAML has no DEL and no C1 controls; JSON has.
      fc.pre(!/[\u007f-\u009f\ufffe\uffff\u2028\u2029\ufeff]/.test(yaml.toString()))
      expect(decodeNodeConfig(yaml)).toEqual(config)
    }),
    runs,
  )
})

test('merging does not depend on how NodeConfigs are grouped', () => {
  fc.assert(
    fc.property(nodeConfig, nodeConfig, nodeConfig, (a, b, c) => {
      expect(mergeNodeConfigs(mergeNodeConfigs(a, b), c)).toEqual(mergeNodeConfigs(a, mergeNodeConfigs(b, c)))
    }),
    runs,
  )
})

test('an empty NodeConfig changes nothing, on either side', () => {
  fc.assert(
    fc.property(nodeConfig, (config) => {
      expect(mergeNodeConfigs(config, empty)).toEqual(config)
      expect(mergeNodeConfigs(empty, config)).toEqual(config)
    }),
    runs,
  )
})

test('merging a NodeConfig with itself doubles its kubelet flags and nothing else', () => {
  fc.assert(
    fc.property(nodeConfig, (config) => {
      const { flags, ...kubelet } = config.spec.kubelet
      const doubled = flags ? { ...kubelet, flags: [...flags, ...flags] } : kubelet
      expect(mergeNodeConfigs(config, config)).toEqual({
        ...config,
        spec: { ...config.spec, kubelet: doubled },
      })
    }),
    runs,
  )
})

test('the later NodeConfig wins every field it sets, and kubelet flags keep their order', () => {
  fc.assert(
    fc.property(nodeConfig, nodeConfig, (a, b) => {
      const { cluster, kubelet } = mergeNodeConfigs(a, b).spec
      expect(cluster.name).toBe(b.spec.cluster.name ?? a.spec.cluster.name)
      expect(kubelet.flags ?? []).toEqual([...(a.spec.kubelet.flags ?? []), ...(b.spec.kubelet.flags ?? [])])
      expect(cluster.enableOutpost === true).toBe(
        a.spec.cluster.enableOutpost === true || b.spec.cluster.enableOutpost === true,
      )
    }),
    runs,
  )
})

test('base64, gzip and gzip in base64 are undone; what they hold is read', () => {
  fc.assert(
    fc.property(nodeConfig, fc.nat(76), (config, width) => {
      const plain = json(config)
      const base64 = (bytes: Buffer): Buffer =>
        Buffer.from(bytes.toString('base64').replace(new RegExp(`.{${width + 1}}`, 'g'), '$&\r\n'))
      for (const wrapped of [plain, base64(plain), gzipSync(plain), base64(gzipSync(plain))])
        expect(parseUserData(wrapped)).toEqual(config)
    }),
    { numRuns: Math.ceil(runs.numRuns / 4) },
  )
})

test('the files of a directory merge in byte order of their names, however they are listed', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9é.]{0,4}\.(yaml|YML|json|txt)$/), {
    minLength: 1,
    maxLength: 4,
  })
  fc.assert(
    fc.property(names, fc.array(nodeConfig, { minLength: 4, maxLength: 4 }), (listed, configs) => {
      const files = listed.map((name, i) => [name, configs[i] ?? empty] as const)
      const read = files.filter(([name]) => !name.endsWith('.txt'))
      const [first, ...rest] = read.toSorted(([a], [b]) => compareBytes(a, b)).map(([, config]) => config)
      fc.pre(first !== undefined)
      const source = { type: 'dir', files: Object.fromEntries(files.map(([n, c]) => [n, json(c)])) } as const
      expect(loadNodeConfig([source])).toEqual(mergeNodeConfigs(first ?? empty, ...rest))
    }),
    { numRuns: Math.ceil(runs.numRuns / 4) },
  )
})

test('a quoted string is never taken for anything else, whatever it looks like', () => {
  fc.assert(
    fc.property(text, (value) => {
      fc.pre(!/[\u007f-\u009f\ufffe\uffff\ufeff\u2028\u2029\ud800-\udfff]/u.test(value))
      const yaml = `apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: {cluster: {name: ${JSON.stringify(value)}}}\n`
      expect(decodeNodeConfig(Buffer.from(yaml)).spec.cluster.name).toBe(value)
    }),
    runs,
  )
})
