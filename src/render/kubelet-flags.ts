import { compareBytes } from '../lib/bytes.ts'
import { AmiproofError } from '../lib/errors.ts'
import { clusterDns } from './cluster-dns.ts'
import { credentialProviderFlags } from './image-credential-provider.ts'
import { kubeconfigFlags } from './kubeconfig.ts'
import { isEnabled, type KubeletInputs, kubeletConfigPath, kubeletDropInDirectory } from './kubelet.ts'
import { hasDropIn } from './kubelet-drop-in.ts'
import { atLeast } from './kubelet-version.ts'
import { splitWords } from './systemd-words.ts'

const nvidiaVendor = '0x10de'

const refuse = (message: string): never => {
  throw new AmiproofError(message, {
    kind: 'config',
    code: 'bad-kubelet-flag',
    op: 'render the kubelet flags',
    blame: 'user',
  })
}

/** The flag's value in default mode: a kubelet that gets an empty or broken one does not start. */
const checked = (flag: string, value: string, source: string): string =>
  /^\S+$/.test(value)
    ? value
    : refuse(
        `cannot render kubelet flag --${flag}: ${source} is ${JSON.stringify(value)}, and the flag takes one word; correct it in the spec`,
      )

const nodeIp = (inputs: KubeletInputs): string => {
  const ipv6 = clusterDns(inputs.cluster.cidr, inputs.compat).ipFamily === 'ipv6'
  const value = ipv6 ? (inputs.instance.ipv6 ?? '') : inputs.instance.localIpv4
  if (inputs.compat === 'nodeadm') return value
  return checked('node-ip', value, `instance.${ipv6 ? 'ipv6' : 'localIpv4'}`)
}

const nodeName = (inputs: KubeletInputs): string => {
  const byId = isEnabled(inputs.featureGates, 'InstanceIdNodeName')
  const value = byId ? inputs.instance.id : inputs.instance.privateDnsName
  if (inputs.compat === 'nodeadm') return value
  return checked('hostname-override', value, `instance.${byId ? 'id' : 'privateDnsName'}`)
}

/**
 * The flags that nodeadm generates, without their dashes, sorted by name (nodeadm's own order is random).
 * Throws AmiproofError `bad-cidr`, and `bad-kubelet-flag` when the instance lacks the address or name that a flag needs.
 */
export const kubeletFlags = (inputs: KubeletInputs): Readonly<Record<string, string>> => {
  const gpu = atLeast(inputs.version, 'v1.35.0') && (inputs.instance.pciVendors ?? []).includes(nvidiaVendor)
  const flags: Readonly<Record<string, string>> = {
    'node-ip': nodeIp(inputs),
    'cloud-provider': 'external',
    'hostname-override': nodeName(inputs),
    'runtime-cgroups': '/runtime.slice/containerd.service',
    ...(gpu ? { 'node-labels': 'nvidia.com/gpu.present=true' } : {}),
    config: kubeletConfigPath,
    ...(hasDropIn(inputs) ? { 'config-dir': kubeletDropInDirectory } : {}),
    ...kubeconfigFlags(inputs.cluster),
    ...credentialProviderFlags(inputs.credentialProviderBinary),
  }
  return Object.fromEntries(Object.entries(flags).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * The user's flags, checked to reach the kubelet as one argument each: systemd splits the variable at white space and takes quotes away,
 * while nodeadm passes the text on as it is. Throws AmiproofError `bad-kubelet-flag`.
 */
export const userFlags = (inputs: KubeletInputs): readonly string[] => {
  const flags = inputs.kubelet?.flags ?? []
  if (inputs.compat === 'nodeadm') return flags
  return flags.map((flag) => {
    const shown = JSON.stringify(flag)
    if (flag.includes('\\'))
      return refuse(
        `cannot render kubelet flag ${shown}: systemd takes a backslash away, once in the file and once in the command; write it without`,
      )
    const { words, balanced } = splitWords(flag)
    if (!balanced) return refuse(`cannot render kubelet flag ${shown}: a quote in it is not closed; close it`)
    if (words.length === 1 && !/[\n\r]/.test(flag)) return flag
    return refuse(
      `cannot render kubelet flag ${shown}: systemd would hand it to the kubelet as ${words.length} arguments; ` +
        `give one flag per item, and quote a value that holds white space (--flag='a b')`,
    )
  })
}

/** The command line after the program's name: generated flags first, sorted, then the user's, which therefore win. */
export const kubeletArguments = (inputs: KubeletInputs): string =>
  [
    ...Object.entries(kubeletFlags(inputs))
      .map(([name, value]) => `--${name}=${value}`)
      .sort(compareBytes),
    ...userFlags(inputs),
  ].join(' ')
