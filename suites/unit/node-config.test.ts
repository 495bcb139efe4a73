import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { decodeNodeConfig } from '../../src/spec/decode-node-config.ts'
import { formatNodeConfig } from '../../src/spec/format-node-config.ts'
import { mergeNodeConfigs } from '../../src/spec/node-config-document.ts'
import { toNodeConfig } from '../../src/spec/to-node-config.ts'

const head = 'apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\n'
const decode = (text: string) => decodeNodeConfig(Buffer.from(text))
const configOf = (text: string) => decode(head + text).spec.kubelet.config

/** What apimachinery 0.37 with go-yaml 2.4.4 made of each plain scalar, as JSON; null where it failed. */
const scalars = z
  .array(z.tuple([z.string(), z.string().nullable()]))
  .parse(JSON.parse(readFileSync('fixtures/node-config/yaml-scalars.json', 'utf8')))

test.for(scalars)('the plain scalar %s means %s', ([scalar, expected]) => {
  const read = () => configOf(`spec: {kubelet: {config: {a: ${scalar} }}}\n`)?.a
  if (expected === null) return expect(read).toThrow()
  const value = read()
  expect(typeof value === 'bigint' ? String(value) : JSON.stringify(value)).toBe(
    /^-?\d+$/.test(expected) && typeof value === 'bigint' ? expected : JSON.stringify(JSON.parse(expected)),
  )
})

test('merge keys are merged where they stand, and the first of a list wins', () => {
  expect(
    configOf(
      'a: &a {k: 1, l: 1}\nb: &b {k: 2, m: 2}\nspec: {kubelet: {config: {l: 9, <<: [*a, *b], m: 3}}}\n',
    ),
  ).toEqual({ k: 1, l: 1, m: 3 })
})

test('an alias means the last anchor of its name before it', () => {
  expect(configOf('a: &n one\nb: &n two\nspec: {kubelet: {config: {k: *n}}}\n')).toEqual({ k: 'two' })
})

test('keys that are no strings become strings', () => {
  expect(configOf('spec: {kubelet: {config: {1: a, true: b, 1.5: c}}}\n')).toEqual({
    '1': 'a',
    true: 'b',
    '1.5': 'c',
  })
  expect(() => configOf('spec: {kubelet: {config: {~: a}}}\n')).toThrow(/a key is null/)
})

test('kind and apiVersion are found in any case, spec only in its own', () => {
  expect(
    decode('APIVERSION: node.eks.aws/v1alpha1\nKind: NodeConfig\nSPEC: {cluster: {name: a}}\n').spec.cluster,
  ).toEqual({})
})

test("nodeadm's cache, of the internal version, reads too", () => {
  const cache =
    '{"kind":"NodeConfig","apiVersion":"node.eks.aws/__internal","spec":{"cluster":{"name":"a"}},"status":{"kubeletVersion":"v1"}}'
  expect(decode(cache).spec.cluster.name).toBe('a')
})

test('a key that stands twice in JSON is decoded twice into the same struct', () => {
  const json =
    '{"apiVersion":"node.eks.aws/v1alpha1","kind":"NodeConfig","spec":{"cluster":{"name":"a"}},"spec":{"cluster":{"id":"b"}}}'
  expect(decode(json).spec.cluster).toEqual({ name: 'a', id: 'b' })
})

test('text that starts with a brace is JSON and takes no comments, not even those of YAML', () => {
  expect(() => decode('{"apiVersion": "node.eks.aws/v1alpha1", # no\n"kind": "NodeConfig"}')).toThrow(
    /not JSON/,
  )
})

test('the first mistake in the order of the keys is reported, sorted in YAML, as written in JSON', () => {
  const cluster = '"cluster": {"name": 1, "certificateAuthority": "*"}'
  expect(() => decode(`${head}spec: {${cluster}}\n`)).toThrow(/certificateAuthority is not base64/)
  expect(() =>
    decode(`{"apiVersion":"node.eks.aws/v1alpha1","kind":"NodeConfig","spec":{${cluster}}}`),
  ).toThrow(/spec.cluster.name is the number 1, and must be a string; quote it/)
})

test('an integer beyond 2^53 keeps its digits until it is merged, as in nodeadm', () => {
  const one = decode(`${head}spec: {kubelet: {config: {num: 9007199254740993}}}\n`)
  expect(one.spec.kubelet.config).toEqual({ num: 9007199254740993n })
  expect(formatNodeConfig(one)).toContain('"num": 9007199254740993')
  const two = decode(`${head}spec: {kubelet: {config: {m: 1}}}\n`)
  expect(mergeNodeConfigs(one, two).spec.kubelet.config).toEqual({ num: 9007199254740992, m: 1 })
})

test('a service whose environment is null clears what an earlier NodeConfig set', () => {
  const set = decode(`${head}spec: {instance: {environment: {kubelet: {A: b}}}}\n`)
  const clear = decode(`${head}spec: {instance: {environment: {kubelet: null}}}\n`)
  expect(mergeNodeConfigs(set, clear).spec.instance.environment).toEqual({ kubelet: null })
})

test('comments of a containerd configuration live until two are merged', () => {
  const config = (toml: string) => decode(`${head}spec: {containerd: {config: ${JSON.stringify(toml)}}}\n`)
  const commented = config('# why\na = 1\n')
  expect(mergeNodeConfigs(decode(head), commented).spec.containerd.config).toBe('# why\na = 1\n')
  expect(mergeNodeConfigs(commented, config('a = 2\n')).spec.containerd.config).toBe('a = 2\n')
  expect(() => mergeNodeConfigs(commented, config('= 2'))).toThrow(/merging spec.containerd.config/)
})

test('a decoded NodeConfig becomes the join of a spec when nothing is missing from it', () => {
  const cluster = '{name: a, apiServerEndpoint: e, certificateAuthority: "", cidr: c}'
  const whole = decode(`${head}spec: {cluster: ${cluster}, instance: {environment: {kubelet: null}}}\n`)
  expect(toNodeConfig(whole).spec.instance?.environment).toEqual({ kubelet: {} })
  expect(() => toNodeConfig(decode(`${head}spec: {instance: {localStorage: {strategy: RAID5}}}\n`))).toThrow(
    [
      'reading the NodeConfig: 5 mistakes',
      '  spec.cluster.name: this is required',
      '  spec.cluster.apiServerEndpoint: this is required',
      '  spec.cluster.certificateAuthority: this is required',
      '  spec.cluster.cidr: this is required',
      '  spec.instance.localStorage.strategy: expected RAID0, RAID10, Mount; found "RAID5"; did you mean RAID0?',
    ].join('\n'),
  )
})
