import fc from 'fast-check'
import { stringifyToml } from '../../src/lib/toml-text.ts'
import type { NodeConfigDocument } from '../../src/spec/node-config-document.ts'

/** AMIPROOF_RUNS makes a soak of it. */
export const runs = { numRuns: Number(process.env.AMIPROOF_RUNS || 1000) }

/** Text with all that YAML, JSON and MIME might take for something else. */
const words = fc.constantFrom(
  'yes',
  '010',
  '1_000',
  '~',
  '<<',
  '--BOUNDARY',
  ': ',
  '#',
  '__proto__',
  'é',
  '\n',
  '1e3',
)
export const text = fc.oneof(
  words,
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.string({ minLength: 1 }),
)
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

/**
 * Free-form values on which merging is associative: no nulls, no empty tables, and a key that holds a table holds one everywhere (a list
 * between two tables hides the first from the third, or does not, by how they are grouped).
 */
const leaf = fc.oneof(fc.boolean(), fc.integer(), text)
const free = fc.letrec<{ table: object }>((tie) => ({
  table: fc
    .tuple(
      fc.dictionary(
        fc.constantFrom('a', 'maxPods', '__proto__'),
        fc.oneof(leaf, fc.array(leaf, { maxLength: 3 })),
        {
          minKeys: 1,
          maxKeys: 3,
        },
      ),
      fc.dictionary(fc.constantFrom('logging', 'evictionHard'), tie('table'), { maxKeys: 1 }),
    )
    .map(([leaves, tables]) => ({ ...leaves, ...tables })),
}))
const table = free.table.map((value): Record<string, unknown> => ({ ...value }))

const toml = fc
  .dictionary(
    fc.constantFrom('version', 'root', 'x'),
    fc.oneof(fc.bigInt({ min: -99n, max: 99n }), fc.boolean(), fc.string()),
    {
      minKeys: 1,
    },
  )
  .map((values) => stringifyToml(values))

const texts = fc.array(text, { minLength: 1, maxLength: 3 })
const map = <T>(values: fc.Arbitrary<T>) =>
  fc.dictionary(fc.constantFrom('k', 'default', 'FastImagePull'), values, { minKeys: 1 })

/** Drops what is undefined, as the decoder leaves it out. */
const present = <T extends object>(record: T): T =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T

const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model).map((value) => present(value as T & object))

/** A NodeConfig in the form in which it is decoded. */
export const nodeConfig: fc.Arbitrary<NodeConfigDocument> = fc
  .record({
    cluster: record({
      name: some(text),
      apiServerEndpoint: some(text),
      certificateAuthority: some(
        fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes).toString('base64')),
      ),
      cidr: some(text),
      enableOutpost: some(fc.boolean()),
      id: some(text),
    }),
    featureGates: some(map(fc.boolean())),
    kubelet: record({ config: some(table), flags: some(texts), maxPodsExpression: some(text) }),
    containerd: record({ config: some(toml), baseRuntimeSpec: some(table) }),
    instance: record({
      localStorage: record({ strategy: some(text), mountPath: some(text), disabledMounts: some(texts) }),
      environment: some(map(fc.dictionary(text, fc.string(), { minKeys: 1, maxKeys: 2 }))),
      network: record({ nameservers: some(texts), domains: some(texts) }),
    }),
  })
  .map((spec) => ({
    apiVersion: 'node.eks.aws/v1alpha1',
    kind: 'NodeConfig',
    metadata: {},
    spec: present(spec) as NodeConfigDocument['spec'],
  }))
