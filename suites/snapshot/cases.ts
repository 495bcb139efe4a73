import { readFileSync } from 'node:fs'
import type { RenderOptions } from '../../src/render/index.ts'
import type { NodeSpecInput } from '../../src/spec/node-spec.ts'

export interface Case {
  readonly name: string
  readonly spec: NodeSpecInput
  readonly options?: RenderOptions
}

type Join = NonNullable<NodeSpecInput['join']>
type Part<T> = { readonly [K in keyof T]?: T[K] }

/** What a case changes of an m5.xlarge that joins my-cluster in us-west-2. */
interface Change {
  readonly image?: Part<NodeSpecInput['image']>
  readonly instance?: Part<NonNullable<NodeSpecInput['instance']>>
  readonly cluster?: Part<Join['spec']['cluster']>
  readonly join?: Part<Omit<Join['spec'], 'cluster'>>
  readonly options?: RenderOptions
}

const certificateAuthority: string = JSON.parse(readFileSync('fixtures/specs/docker-node.json', 'utf8')).join
  .spec.cluster.certificateAuthority

const gib = 2 ** 30

const node = (name: string, change: Change = {}): Case => ({
  name,
  spec: {
    schema: 1,
    image: { os: 'al2023', arch: 'x86_64', kubernetes: '1.34.2', containerd: '2.1.9', ...change.image },
    instance: {
      type: 'm5.xlarge',
      region: 'us-west-2',
      availabilityZone: 'us-west-2b',
      id: 'i-0123456789abcdef0',
      mac: '02:00:00:00:00:01',
      privateDnsName: 'ip-192-0-2-10.us-west-2.compute.internal',
      localIpv4: '192.0.2.10',
      cpuCount: 4,
      memoryBytes: 16 * gib,
      ...change.instance,
    },
    join: {
      apiVersion: 'node.eks.aws/v1alpha1',
      kind: 'NodeConfig',
      spec: {
        cluster: {
          name: 'my-cluster',
          apiServerEndpoint: 'https://0123456789ABCDEF.gr7.us-west-2.eks.amazonaws.com',
          certificateAuthority,
          cidr: '10.100.0.0/16',
          ...change.cluster,
        },
        ...change.join,
      },
    },
  },
  ...(change.options ? { options: change.options } : {}),
})

/** The same image before it joins. */
const imageOnly = (name: string, image: Change['image'], options?: RenderOptions): Case => {
  const { schema, image: whole } = node(name, { ...(image ? { image } : {}) }).spec
  return { name, spec: { schema, image: whole }, ...(options ? { options } : {}) }
}

const releases = [
  '1.28.15',
  '1.29.15',
  '1.30.14',
  '1.31.13',
  '1.32.9',
  '1.33.5',
  '1.34.2',
  '1.35.0',
  '1.36.1',
]

const everyRelease: readonly Case[] = releases.flatMap((kubernetes) =>
  ['1.7.28', '2.1.9'].map((containerd) =>
    node(`kubernetes-${kubernetes}-containerd-${containerd}`, { image: { kubernetes, containerd } }),
  ),
)

const gpu = { type: 'g5.xlarge', pciVendors: ['0x1d0f', '0x10de'] }

const accelerators: readonly Case[] = [
  ...['1.34.2', '1.35.0'].flatMap((kubernetes) =>
    ['1.7.28', '2.1.9'].map((containerd) =>
      node(`nvidia-kubernetes-${kubernetes}-containerd-${containerd}`, {
        image: { variant: 'nvidia', kubernetes, containerd },
        instance: gpu,
      }),
    ),
  ),
  node('nvidia-soci-with-labels', {
    image: { variant: 'nvidia', kubernetes: '1.36.1' },
    instance: { ...gpu, type: 'g5.2xlarge', cpuCount: 8, memoryBytes: 32 * gib },
    join: { featureGates: { FastImagePull: true }, kubelet: { flags: ['--node-labels=team=ml'] } },
  }),
  node('neuron', { image: { variant: 'neuron' }, instance: { type: 'inf2.xlarge' } }),
]

const soci = (name: string, change: Change = {}): Case =>
  node(name, { ...change, join: { featureGates: { FastImagePull: true } } })

const imagePulls: readonly Case[] = [
  soci('soci-containerd-1.7', { image: { containerd: '1.7.28' } }),
  soci('soci-containerd-2.1'),
  soci('soci-too-few-cpus', { instance: { type: 'm5.large', cpuCount: 2, memoryBytes: 8 * gib } }),
  soci('soci-too-little-memory', { instance: { memoryBytes: 7 * gib - 1 } }),
]

const outpost = {
  cluster: { enableOutpost: true, id: 'cluster-uuid-1234', apiServerEndpoint: 'https://api.outpost.example' },
  options: {
    resolve: () => ['203.0.113.10', '203.0.113.11'],
    hosts: '127.0.0.1\tlocalhost\n203.0.113.10\tapi.outpost.example\n',
  },
}

const networks: readonly Case[] = [
  node('ipv6', { cluster: { cidr: 'fd00:10:100::/108' }, instance: { ipv6: '2001:db8::10' } }),
  node('ipv6-node-named-by-id', {
    cluster: { cidr: 'fd00:10:100::/108' },
    instance: { ipv6: '2001:db8::10', privateDnsName: '' },
    join: { featureGates: { InstanceIdNodeName: true } },
  }),
  node('outpost', outpost),
  node('outpost-kubernetes-1.29', { ...outpost, image: { kubernetes: '1.29.15', containerd: '1.7.28' } }),
  node('two-interfaces', {
    options: {
      interfaces: {
        ens5: {
          mac: '02:00:00:00:00:01',
          primary: true,
          networkCard: 0,
          deviceIndex: 0,
          interfaceIp: '192.0.2.10',
        },
        ens6: {
          mac: '02:00:00:00:00:02',
          primary: false,
          networkCard: 1,
          deviceIndex: 1,
          interfaceIp: '192.0.2.11',
        },
      },
    },
  }),
  node('name-resolution', {
    join: { instance: { network: { nameservers: ['192.0.2.2', '2001:db8::2'], domains: ['corp.example'] } } },
  }),
  node('proxied', {
    join: {
      instance: {
        environment: {
          default: {
            HTTPS_PROXY: 'http://user:100%25@proxy.example:3128',
            NO_PROXY: 'localhost,169.254.169.254,192.0.2.0/24',
          },
          containerd: { OTEL_NAME: 'say "hi"' },
        },
      },
    },
  }),
  node('china', {
    instance: { region: 'cn-north-1', availabilityZone: 'cn-north-1a' },
    cluster: { apiServerEndpoint: 'https://0123456789ABCDEF.yl4.cn-north-1.eks.amazonaws.com.cn' },
  }),
]

const userKubelet = {
  config: { maxPods: 42, evictionHard: { 'memory.available': '5%' }, clusterDNS: ['192.0.2.53'] },
}

const overrides: readonly Case[] = [
  node('user-kubelet-drop-in', { join: { kubelet: userKubelet } }),
  node('user-kubelet-drop-in-alpha', {
    image: { kubernetes: '1.29.15', containerd: '1.7.28' },
    join: { kubelet: userKubelet },
  }),
  node('user-kubelet-merged', { join: { kubelet: userKubelet }, options: { userConfig: 'merge' } }),
  node('user-kubelet-replaced', { join: { kubelet: userKubelet }, options: { userConfig: 'replace' } }),
  node('user-kubelet-flags', {
    join: {
      kubelet: { flags: ['--node-labels=a=b,c=d', "--register-with-taints='k=v:NoSchedule'", '--v=4'] },
    },
  }),
  node('max-pods-expression', { join: { kubelet: { maxPodsExpression: 'max_pods > 30 ? 30 : max_pods' } } }),
  node('user-containerd-v2', {
    image: { containerd: '1.7.28' },
    join: {
      containerd: {
        config:
          '[plugins."io.containerd.grpc.v1.cri"]\nrestrict_oom_score_adj = true\n[metrics]\naddress = "127.0.0.1:1338"\n',
      },
    },
  }),
  node('user-containerd-v3', {
    join: {
      containerd: {
        config:
          "version = 3\n[plugins.'io.containerd.cri.v1.images']\nmax_concurrent_downloads = 5\n" +
          "[plugins.'io.containerd.gc.v1.scheduler']\npause_threshold = 1.0\n",
      },
    },
  }),
  node('user-base-runtime-spec', {
    join: {
      containerd: {
        baseRuntimeSpec: { process: { rlimits: [{ type: 'RLIMIT_NOFILE', soft: 1024, hard: 65536 }] } },
      },
    },
  }),
  node('hard-to-quote', { cluster: { name: 'my "cluster" \\ é' } }),
  node('large-instance', { instance: { type: 'm5.24xlarge', cpuCount: 96, memoryBytes: 384 * gib } }),
  node('arm64', { image: { arch: 'arm64' }, instance: { type: 'm7g.xlarge' } }),
]

const images: readonly Case[] = [
  imageOnly(
    'image-al2023',
    {},
    {
      build: {
        baseAmiId: 'ami-0123456789abcdef0',
        buildTime: 'Fri Nov 20 10:00:00 UTC 2026',
        buildKernel: '6.12.55-74.119.amzn2023.x86_64',
      },
    },
  ),
  imageOnly('image-debian13', { os: 'debian13', containerd: '1.7.24' }),
  imageOnly('image-of-a-minor-release', { kubernetes: '1.35' }),
]

const ofFixture = (name: string): Case => ({
  name,
  spec: JSON.parse(readFileSync(`fixtures/specs/${name}.json`, 'utf8')),
})

/** Nodes whose every file is kept under snapshots/nodes/<name>. */
export const cases: readonly Case[] = [
  ...everyRelease,
  ...accelerators,
  ...imagePulls,
  ...networks,
  ...overrides,
  ...images,
  ...['docker-node', 'docker-node-containerd-2'].map(ofFixture),
]
