import { readFileSync } from 'node:fs'
import { expect, expectTypeOf, test } from 'vitest'
import { AmiproofError } from '../../src/lib/errors.ts'
import type { NodeSpec } from '../../src/spec/node-spec.ts'
import { nodeSpecSchema, parseNodeSpec } from '../../src/spec/parse-node-spec.ts'

const image = { os: 'al2023', arch: 'x86_64', kubernetes: '1.35.2', containerd: '2.1.5' }

const mistakesOf = (input: unknown): readonly string[] => {
  try {
    parseNodeSpec(input, 'node.json')
    return []
  } catch (error) {
    if (!(error instanceof AmiproofError)) throw error
    expect(error).toMatchObject({ kind: 'config', code: 'spec-invalid', blame: 'user' })
    return error.message.split('\n').slice(1)
  }
}

test('a spec file reads as JSON and as YAML, defaults filled in', () => {
  const text = readFileSync('fixtures/specs/docker-node.json', 'utf8')
  expect(parseNodeSpec(text)).toEqual(parseNodeSpec(JSON.parse(text)))
  const yaml = 'schema: 1\nimage: {os: al2023, arch: arm64, kubernetes: "1.30", containerd: 2.1.5}\n'
  expect(parseNodeSpec(yaml).image).toMatchObject({ kubernetes: '1.30', variant: 'standard', fips: false })
  expectTypeOf(parseNodeSpec).returns.toEqualTypeOf<NodeSpec>()
})

test('every mistake is listed with its path, and what was probably meant', () => {
  const bad = {
    schema: 1,
    image: { ...image, arch: 'arm46', kubernets: '1.35', cachedImages: ['a', 5] },
    instance: { type: 'm5.large' },
    join: { apiVersion: 'node.eks.aws/v1alpha1', kind: 'NodeConfig', spec: { cluster: { nmae: 'x' } } },
    orgin: 'file',
  }
  expect(mistakesOf(bad)).toEqual([
    '  image.arch: expected x86_64, arm64; found "arm46"; did you mean arm64?',
    '  image.cachedImages[1]: expected string; found 5; quote it, 1.30 is 1.3 as a number',
    '  image.kubernets: there is no such key; did you mean kubernetes?',
    '  instance.region: this is required',
    '  instance.availabilityZone: this is required',
    '  instance.id: this is required',
    '  instance.cpuCount: this is required',
    '  instance.memoryBytes: this is required',
    '  join.spec.cluster.name: this is required',
    '  join.spec.cluster.apiServerEndpoint: this is required',
    '  join.spec.cluster.certificateAuthority: this is required',
    '  join.spec.cluster.cidr: this is required',
    '  join.spec.cluster.nmae: there is no such key; did you mean name?',
    '  orgin: there is no such key; did you mean origin?',
  ])
})

test('a version that YAML read as a number asks for quotes', () => {
  const yaml = 'schema: 1\nimage: {os: al2023, arch: arm64, kubernetes: 1.30, containerd: "2.1.5"}\n'
  expect(mistakesOf(yaml)).toEqual([
    '  image.kubernetes: expected string; found 1.3; quote it, 1.30 is 1.3 as a number',
  ])
})

test('text that is neither JSON nor YAML is one error that says where', () => {
  expect(() => parseNodeSpec('{"schema": 1,}', 'node.json')).toThrow(
    'reading node.json: it is not JSON: expected a string at offset 13',
  )
  expect(() => parseNodeSpec('a: [', 'node.yaml')).toThrow(/^reading node.yaml: it is not YAML/)
})

test.for([undefined, null, 5, 'x', '', [], '[]', '{"__proto__": {"polluted": 1}}', { image }])(
  '%j is no spec',
  (input) => {
    expect(() => parseNodeSpec(input)).toThrow(AmiproofError)
    expect('polluted' in {}).toBe(false)
  },
)

test('a thousand mistakes are counted, and fifty are shown', () => {
  const keys = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i]))
  const mistakes = mistakesOf({ schema: 1, image, ...keys })
  expect(mistakes.length).toBe(51)
  expect(mistakes.at(-1)).toBe('  and 950 more')
})

test('the published JSON Schema is the schema that reads spec files', async () => {
  await expect(`${JSON.stringify(nodeSpecSchema(), null, 2)}\n`).toMatchFileSnapshot(
    '../../docs/schema/node-spec.schema.json',
  )
})
