import { caCertificatePath, renderCaCertificate } from './ca-certificate.ts'
import { addHosts, hostsPath, outpostHosts } from './hosts.ts'
import { credentialProviderConfigPath, renderCredentialProvider } from './image-credential-provider.ts'
import { joinFile } from './image-file.ts'
import { kubeconfigPathOf, renderKubeconfig } from './kubeconfig.ts'
import { type KubeletInputs, kubeletConfigPath, kubeletDropInPath } from './kubelet.ts'
import { hasDropIn, renderKubeletConfig, renderKubeletDropIn } from './kubelet-drop-in.ts'
import { kubeletEnvironmentPath, renderKubeletEnvironment } from './kubelet-environment.ts'
import type { NodeFile } from './node-file.ts'

const hostsFile = ({ cluster, resolve, hosts = '', compat }: KubeletInputs): readonly NodeFile[] =>
  cluster.enableOutpost && resolve
    ? [
        joinFile(
          hostsPath,
          'lines',
          addHosts(hosts, outpostHosts(cluster.apiServerEndpoint, resolve, compat), compat),
        ),
      ]
    : []

/**
 * What nodeadm writes for the kubelet, in the order in which it writes and fails.
 * Throws AmiproofError `bad-cidr`, `dns-failure`, `bad-kubelet-flag`, `credential-provider-binary-missing`, `bad-certificate-authority`.
 */
export const kubeletFiles = (inputs: KubeletInputs): readonly NodeFile[] => {
  const { cluster, instance, version, compat } = inputs
  return [
    joinFile(kubeletConfigPath, 'json', renderKubeletConfig(inputs)),
    ...hostsFile(inputs),
    ...(hasDropIn(inputs) ? [joinFile(kubeletDropInPath, 'json', renderKubeletDropIn(inputs))] : []),
    joinFile(
      kubeconfigPathOf(cluster),
      'yaml',
      renderKubeconfig({ cluster, region: instance.region }, compat),
    ),
    joinFile(
      credentialProviderConfigPath,
      'json',
      renderCredentialProvider(version, {
        binary: inputs.credentialProviderBinary,
        exists: inputs.credentialProviderExists,
      }),
    ),
    joinFile(caCertificatePath, 'text', renderCaCertificate(cluster.certificateAuthority, compat)),
    joinFile(kubeletEnvironmentPath, 'env', renderKubeletEnvironment(inputs)),
  ]
}
