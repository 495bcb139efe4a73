import { once } from '../lib/lazy.ts'
import { type z, zod } from '../lib/zod.ts'
import { nodeConfigShape } from './node-config.ts'

type Z = ReturnType<typeof zod>

const version = (z: Z) =>
  z.string().regex(/^\d+\.\d+(\.\d+)?([-+~].*)?$/, 'expected a version such as 1.35 or 1.35.2')

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
