import { clusterDns } from './cluster-dns.ts'
import type { Compat } from './compat.ts'
import type { Resolve } from './hosts.ts'
import type { UserConfigMode } from './kubelet-drop-in.ts'
import { atLeast } from './kubelet-version.ts'
import { sociNeeds, sociSocket } from './soci.ts'

export const kubeletConfigPath = '/etc/kubernetes/kubelet/config.json'
export const kubeletDropInDirectory = '/etc/kubernetes/kubelet/config.json.d'
export const kubeletDropInPath = `${kubeletDropInDirectory}/40-nodeadm.conf`

export const kubeletTypeMeta = {
  kind: 'KubeletConfiguration',
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
} as const

/** Everything the kubelet's files are made of. */
export interface KubeletInputs {
  /** As `kubelet --version` gives it, normalised: `v1.35.2`; '' when unknown. */
  readonly version: string
  readonly cluster: {
    readonly name: string
    readonly apiServerEndpoint: string
    /** Base64 of the PEM. */
    readonly certificateAuthority: string
    /** The service CIDR. */
    readonly cidr: string
    readonly enableOutpost?: boolean | undefined
    readonly id?: string | undefined
  }
  readonly kubelet?:
    | {
        readonly config?: Readonly<Record<string, unknown>> | undefined
        readonly flags?: readonly string[] | undefined
      }
    | undefined
  readonly featureGates?: Readonly<Record<string, boolean>> | undefined
  readonly instance: {
    readonly id: string
    readonly region: string
    readonly availabilityZone: string
    readonly privateDnsName: string
    readonly localIpv4: string
    readonly ipv6?: string | undefined
    /** PCI vendor ids as sysfs prints them, e.g. `0x10de`. */
    readonly pciVendors?: readonly string[] | undefined
  }
  readonly cpuMillicores: number
  readonly memoryBytes: number
  /** From the instance type or `maxPodsExpression`; 0 leaves the field out. */
  readonly maxPods: number
  /** Quantities, e.g. `{ cpu: '80m', 'ephemeral-storage': '1Gi', memory: '893Mi' }`. */
  readonly kubeReserved: Readonly<Record<string, string>>
  /** Path of the ECR credential provider binary, when not the AMI's. */
  readonly credentialProviderBinary?: string | undefined
  /** False when the binary is known to be missing; nodeadm then stops. */
  readonly credentialProviderExists?: boolean | undefined
  /** What an Outpost's API server resolves to; without it, /etc/hosts is not rendered. */
  readonly resolve?: Resolve | undefined
  /** The text of /etc/hosts before nodeadm ran. */
  readonly hosts?: string | undefined
  /** Default `drop-in`, as nodeadm does. */
  readonly userConfig?: UserConfigMode | undefined
  readonly compat?: Compat | undefined
}

/** Whether images are pulled by the SOCI snapshotter: the gate is on, at least 4 CPUs, and at least 7 GiB of online memory. */
export const usesSoci = (
  inputs: Pick<KubeletInputs, 'featureGates' | 'memoryBytes' | 'cpuMillicores'>,
): boolean =>
  isEnabled(inputs.featureGates, 'FastImagePull') &&
  inputs.memoryBytes >= sociNeeds.memoryBytes &&
  inputs.cpuMillicores >= sociNeeds.cpuMillicores

/** A gate of the NodeConfig; unknown ones are off. */
export const isEnabled = (
  gates: KubeletInputs['featureGates'],
  gate: 'FastImagePull' | 'InstanceIdNodeName',
): boolean => gates !== undefined && Object.hasOwn(gates, gate) && gates[gate] === true

const sorted = <T>(map: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)))

const tlsCipherSuites = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305',
  'TLS_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_RSA_WITH_AES_256_GCM_SHA384',
] as const

/**
 * The kubelet's base configuration, /etc/kubernetes/kubelet/config.json (nodeadm `internal/kubelet/config.go`).
 * What the user configures is never part of it: that goes into the drop-in, so kubeReserved follows the computed number of pods.
 * Throws AmiproofError `bad-cidr`.
 */
export const kubeletConfig = (inputs: KubeletInputs) => {
  const { version, instance } = inputs
  return {
    address: '0.0.0.0',
    authentication: {
      x509: { clientCAFile: '/etc/kubernetes/pki/ca.crt' },
      webhook: { enabled: true, cacheTTL: '2m0s' },
      anonymous: { enabled: false },
    },
    authorization: {
      mode: 'Webhook',
      webhook: { cacheAuthorizedTTL: '5m0s', cacheUnauthorizedTTL: '30s' },
    },
    cgroupDriver: 'systemd',
    cgroupRoot: '/',
    clusterDNS: [clusterDns(inputs.cluster.cidr, inputs.compat).address],
    clusterDomain: 'cluster.local',
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    ...(usesSoci(inputs) ? { imageServiceEndpoint: `unix://${sociSocket}` } : {}),
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '10%', 'nodefs.inodesFree': '5%' },
    featureGates: sorted({
      RotateKubeletServerCertificate: true,
      ...(atLeast(version, 'v1.33.0') ? { DynamicResourceAllocation: true } : {}),
      ...(atLeast(version, 'v1.34.0') ? { MutableCSINodeAllocatableCount: true } : {}),
    }),
    hairpinMode: 'hairpin-veth',
    kubeReserved: sorted(inputs.kubeReserved),
    kubeReservedCgroup: '/runtime',
    logging: { verbosity: 2 },
    ...(inputs.maxPods === 0 ? {} : { maxPods: inputs.maxPods }),
    protectKernelDefaults: true,
    providerID: `aws:///${instance.availabilityZone}/${instance.id}`,
    readOnlyPort: 0,
    serializeImagePulls: false,
    serverTLSBootstrap: true,
    ...(atLeast(version, 'v1.34.0')
      ? { shutdownGracePeriod: '2m30s', shutdownGracePeriodCriticalPods: '30s' }
      : {}),
    systemReservedCgroup: '/system',
    tlsCipherSuites,
    ...kubeletTypeMeta,
  }
}
