import { once } from '../lib/lazy.ts'
import { type z, zod } from '../lib/zod.ts'
import { nodeConfigShape } from './node-config.ts'

type Z = ReturnType<typeof zod>

const version = (z: Z) =>
  z.string().regex(/^\d+\.\d+(\.\d+)?([-+~].*)?$/, 'expected a version such as 1.35 or 1.35.2')

/** Which of EKS's own images an image caches: what `eksImages` of the library renders for a region. FIPS is said by `image.fips`. */
const eksImageSet = (z: Z) =>
  z.strictObject({
    /** Whose registry the references name: `us-west-2`, `cn-north-1`, `us-gov-west-1`. */
    region: z.string(),
    /** Versions of the add-on kube-proxy, e.g. `v1.34.0-eksbuild.4`. */
    kubeProxy: z.array(z.string()).default([]),
    /** Versions of the add-on vpc-cni, e.g. `v1.20.4-eksbuild.1`. */
    vpcCni: z.array(z.string()).default([]),
    /** Tag of `eks/pause`. */
    pause: z.string().optional(),
    /** Domain of the registries, where it is not that of the region's partition. */
    servicesDomain: z.string().optional(),
  })

const sha256 = (z: Z) =>
  z.string().regex(/^[0-9a-f]{64}$/, 'expected a sha256: 64 hexadecimal digits in lower case')

const image = (z: Z) =>
  z.strictObject({
    os: z.enum(['al2023', 'debian13']),
    arch: z.enum(['x86_64', 'arm64']),
    /** Kubelet version, without a leading v: `1.35.2`. */
    kubernetes: version(z),
    /** containerd version: `1.7.24`, `2.1.9`. */
    containerd: version(z),
    variant: z.enum(['standard', 'nvidia', 'neuron']).default('standard'),
    hardening: z.enum(['none', 'cis-l1', 'cis-l2', 'stig']).default('none'),
    fips: z.boolean().default(false),
    /** What the CRI runs as the pod sandbox; nodeadm's constant since 2024-11 (f81d9fae). */
    sandboxImage: z.string().default('localhost/kubernetes/pause:latest'),
    /** Further components and the versions they must have, as ranges: `{ "runc": ">=1.1.14" }`. */
    components: z.record(z.string(), z.string()).default({}),
    /** Images that must already be in containerd's `k8s.io` namespace, besides the sandbox image. */
    cachedImages: z.array(z.string()).default([]),
    /** EKS's own images that must be cached too, for one region and its partition. */
    eksImages: eksImageSet(z).optional(),
    /** sha256 that programs must have, by path, as their publisher gives it: `{ "/usr/bin/kubelet": "…", "/opt/cni/bin/bridge": "…" }`. */
    checksums: z.record(z.string().startsWith('/', 'expected an absolute path'), sha256(z)).default({}),
  })

const instance = (z: Z) =>
  z.strictObject({
    type: z.string(),
    region: z.string(),
    availabilityZone: z.string(),
    id: z.string(),
    mac: z.string().default(''),
    privateDnsName: z.string().default(''),
    localIpv4: z.string().default(''),
    ipv6: z.string().optional(),
    /** Online logical CPUs. */
    cpuCount: z.int().positive(),
    /** Online memory in bytes. */
    memoryBytes: z.int().positive(),
    /** PCI vendor ids of attached devices, e.g. `0x10de`. */
    pciVendors: z.array(z.string()).default([]),
  })

/** The schema of a spec. Everything the harness expects follows from this and nothing else. */
export const nodeSpecShape = once(() => {
  const z = zod()
  return z.strictObject({
    schema: z.literal(1),
    image: image(z),
    /** Known after launch; filled in by the runner. */
    instance: instance(z).optional(),
    /** Absent: an image that is judged before it joins. */
    join: nodeConfigShape().optional(),
    /** `node`: inferred from the node's own records, and marked so everywhere. */
    origin: z.enum(['file', 'node']).default('file'),
  })
})

/** What a node was meant to be: `parseNodeSpec` reads one, defaults filled in. */
export type NodeSpec = z.infer<ReturnType<typeof nodeSpecShape>>
/** What a spec file may leave out. */
export type NodeSpecInput = z.input<ReturnType<typeof nodeSpecShape>>
export type InstanceSpec = z.infer<ReturnType<typeof instance>>
