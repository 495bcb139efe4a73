import { z } from 'zod'
import { NodeConfig } from './node-config.ts'

const version = z.string().regex(/^\d+\.\d+(\.\d+)?([-+~].*)?$/, 'expected a version such as 1.35 or 1.35.2')

const Image = z.strictObject({
  os: z.enum(['al2023', 'debian13']),
  arch: z.enum(['x86_64', 'arm64']),
  /** Kubelet version, without a leading v: `1.35.2`. */
  kubernetes: version,
  /** containerd version: `1.7.24`, `2.1.9`. */
  containerd: version,
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

const Instance = z.strictObject({
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

/** What a node was meant to be. Everything the harness expects follows from this and nothing else. */
export const NodeSpec = z.strictObject({
  schema: z.literal(1),
  image: Image,
  /** Known after launch; filled in by the runner. */
  instance: Instance.optional(),
  /** Absent: an image that is judged before it joins. */
  join: NodeConfig.optional(),
  /** `node`: inferred from the node's own records, and marked so everywhere. */
  origin: z.enum(['file', 'node']).default('file'),
})
export type NodeSpec = z.infer<typeof NodeSpec>
/** What a spec file may leave out. */
export type NodeSpecInput = z.input<typeof NodeSpec>
export type InstanceSpec = z.infer<typeof Instance>
