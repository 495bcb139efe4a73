import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { type InstanceType, instanceTypes } from '../../src/max-pods/instance-type.ts'
import type { NodeSpec, NodeSpecInput } from '../../src/spec/node-spec.ts'
import { parseNodeSpec } from '../../src/spec/parse-node-spec.ts'

const docker: NodeSpecInput = JSON.parse(readFileSync('fixtures/specs/docker-node.json', 'utf8'))
const certificateAuthority = docker.join?.spec.cluster.certificateAuthority ?? ''

const known = instanceTypes().filter(
  ({ maxEnis, ipv4PerEni, vcpus, memoryMiB }) => maxEnis && ipv4PerEni && vcpus && memoryMiB,
)

/** Kubernetes releases that EKS nodes run. */
export const kubernetes = fc
  .tuple(fc.integer({ min: 28, max: 36 }), fc.integer({ min: 0, max: 20 }))
  .map(([minor, patch]) => `1.${minor}.${patch}`)

const enough = ({ maxEnis, ipv4PerEni }: InstanceType, gib: number): boolean =>
  gib * 1024 > 11 * (maxEnis ?? 0) * (ipv4PerEni ?? 0) + 400

const octet = fc.integer({ min: 1, max: 254 })
const ipv4 = fc.tuple(octet, octet).map(([c, d]) => `10.0.${c}.${d}`)

/** Settings that users do make. */
export const userKubeletConfig = fc.record(
  {
    maxPods: fc.integer({ min: 1, max: 500 }),
    podPidsLimit: fc.integer({ min: 1, max: 4096 }),
    registerWithTaints: fc.constant([{ key: 'a', value: 'b', effect: 'NoSchedule' }]),
    evictionHard: fc.dictionary(
      fc.constantFrom('memory.available', 'nodefs.available'),
      fc.constantFrom('5%', '1Gi'),
    ),
    featureGates: fc.dictionary(fc.constantFrom('A', 'B'), fc.boolean()),
    clusterDNS: fc.array(ipv4, { maxLength: 2 }),
  },
  { requiredKeys: [] },
)

const cluster = fc
  .record({
    name: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,20}$/),
    outpost: fc.boolean(),
    cidr: fc.constantFrom('10.100.0.0/16', '172.20.0.0/16', 'fd00:10:100::/108'),
  })
  .map(({ name, outpost, cidr }) => ({
    name,
    cidr,
    certificateAuthority,
    apiServerEndpoint: 'https://api.example.com',
    ...(outpost ? { enableOutpost: true, id: 'cluster-id' } : {}),
  }))

const variables = fc.dictionary(
  fc.stringMatching(/^[A-Z_]{1,8}$/),
  fc.string({ unit: 'grapheme' }).map((text) => text.replace(/\p{Cc}/gu, '')),
  { maxKeys: 3 },
)

const join = fc.record({
  cluster,
  featureGates: fc.dictionary(fc.constantFrom('FastImagePull', 'InstanceIdNodeName', 'Other'), fc.boolean()),
  kubelet: fc.record({
    config: userKubeletConfig,
    flags: fc.subarray(['--node-labels=a=b', '--v=4', "--node-labels='c=d'"]),
  }),
  instance: fc.record({
    environment: fc.dictionary(fc.constantFrom('default', 'kubelet', 'containerd'), variables),
    localStorage: fc.record(
      { strategy: fc.constantFrom('RAID0' as const, 'Mount' as const) },
      { requiredKeys: [] },
    ),
    network: fc.record({ nameservers: fc.array(ipv4, { maxLength: 2 }) }, { requiredKeys: [] }),
  }),
})

const instance = fc
  .record({
    type: fc.constantFrom(...known),
    ip: ipv4,
    memory: fc.oneof(fc.integer({ min: 1, max: 32 }), fc.constantFrom(6.9, 7, 7.1)),
  })
  .map(({ type, ip, memory }) => ({
    type: type.type,
    region: 'us-west-2',
    availabilityZone: 'us-west-2a',
    id: 'i-0123456789abcdef0',
    privateDnsName: `ip-${ip.replaceAll('.', '-')}.us-west-2.compute.internal`,
    localIpv4: ip,
    ipv6: '2001:db8::10',
    cpuCount: type.vcpus ?? 1,
    // Near SOCI's threshold where that is enough for the pods, else what the type has.
    memoryBytes: enough(type, memory) ? Math.floor(memory * 2 ** 30) : (type.memoryMiB ?? 0) * 2 ** 20,
  }))

/** Nodes that join, of every known instance type. */
export const joiningNodes: fc.Arbitrary<NodeSpec> = fc
  .record({
    kubernetes,
    containerd: fc.constantFrom('1.7.28', '2.1.9'),
    variant: fc.constantFrom('standard' as const, 'nvidia' as const),
    instance,
    join,
  })
  .map(({ instance: on, join: spec, ...image }) =>
    parseNodeSpec({
      schema: 1,
      image: { os: 'al2023', arch: 'x86_64', ...image },
      instance: on,
      join: { apiVersion: 'node.eks.aws/v1alpha1', kind: 'NodeConfig', spec },
    }),
  )
