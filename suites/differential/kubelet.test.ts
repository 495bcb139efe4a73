import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { goJson } from '../../src/lib/json.ts'
import { networkLimits, nodeadmMaxPods } from '../../src/max-pods/nodeadm.ts'
import { nodeadmReserved } from '../../src/max-pods/reserved.ts'
import type { Compat } from '../../src/render/compat.ts'
import { hostsPath } from '../../src/render/hosts.ts'
import { kubeconfigPathOf } from '../../src/render/kubeconfig.ts'
import { type KubeletInputs, kubeletConfigPath, kubeletDropInPath } from '../../src/render/kubelet.ts'
import { kubeletVariables } from '../../src/render/kubelet-environment.ts'
import { kubeletFiles } from '../../src/render/kubelet-files.ts'
import { kubeletArguments, kubeletFlags, userFlags } from '../../src/render/kubelet-flags.ts'
import { kubeletVersionOf } from '../../src/render/kubelet-version.ts'
import { decodeNodeConfig } from '../../src/spec/decode-node-config.ts'
import type { NodeConfigDocument } from '../../src/spec/node-config-document.ts'
import { validateNodeConfig } from '../../src/spec/validate-node-config.ts'
import { codeOf, num, obj, str, strings } from './fields.ts'
import { kinds } from './kinds.ts'
import { type Answer, expectEqualAnswers, type Vector, vectorFiles, vectorsIn } from './vectors.ts'

type Fields = Vector['input']

const realCertificate: unknown = JSON.parse(readFileSync('fixtures/specs/docker-node.json', 'utf8')).join.spec
  .cluster.certificateAuthority

/** The document as nodeadm reads and checks it; the runner keeps integers beyond 2^53 as bigint, and so does goJson. */
const specOf = (input: Fields): NodeConfigDocument['spec'] => {
  const config = decodeNodeConfig(new TextEncoder().encode(goJson(input.nodeConfig, 0)))
  validateNodeConfig(config)
  return config.spec
}

const podsOf = (input: Fields, expression: string | undefined): number => {
  const answer = obj(input, 'ec2DescribeInstanceTypes')
  const orNull = (fields: Fields, name: string): number | null =>
    fields[name] === null || fields[name] === undefined ? null : num(fields, name)
  const cards = Array.isArray(answer.networkCards) ? answer.networkCards : []
  return nodeadmMaxPods({
    type: str(obj(input, 'instance'), 'type'),
    expression,
    lookup: () =>
      networkLimits({
        defaultNetworkCardIndex: orNull(answer, 'defaultNetworkCardIndex'),
        ipv4AddressesPerInterface: orNull(answer, 'ipv4AddressesPerInterface'),
        networkCards: cards.map((card: Fields) => ({
          networkCardIndex: orNull(card, 'networkCardIndex'),
          maximumNetworkInterfaces: orNull(card, 'maximumNetworkInterfaces'),
        })),
      }),
  }).maxPods
}

const inputsOf = (input: Fields, compat?: Compat): KubeletInputs => {
  const { cluster, kubelet, featureGates } = specOf(input)
  const [instance, resources] = [obj(input, 'instance'), obj(input, 'resources')]
  const maxPods = podsOf(input, kubelet.maxPodsExpression)
  const cpuMillicores = num(resources, 'cpuMillicores')
  const reserved = nodeadmReserved({ maxPods, cpuMillicores })
  const hosts = Array.isArray(input.hosts) ? input.hosts : []
  return {
    version:
      'kubeletVersionOutput' in input
        ? kubeletVersionOf(str(input, 'kubeletVersionOutput'))
        : str(input, 'kubeletVersion'),
    cluster: {
      name: cluster.name ?? '',
      apiServerEndpoint: cluster.apiServerEndpoint ?? '',
      certificateAuthority: cluster.certificateAuthority ?? '',
      cidr: cluster.cidr ?? '',
      id: cluster.id,
      enableOutpost: cluster.enableOutpost,
    },
    kubelet: { config: { ...kubelet.config }, flags: [...(kubelet.flags ?? [])] },
    featureGates,
    instance: {
      id: str(instance, 'id'),
      region: str(instance, 'region'),
      availabilityZone: str(instance, 'availabilityZone'),
      privateDnsName: str(instance, 'privateDnsName'),
      localIpv4: str(instance, 'localIpv4'),
      ipv6: str(instance, 'ipv6'),
      pciVendors: strings(input, 'pciVendors'),
    },
    cpuMillicores,
    memoryBytes: num(resources, 'onlineMemoryBytes'),
    maxPods,
    kubeReserved: {
      cpu: `${reserved.cpuMillicores}m`,
      'ephemeral-storage': '1Gi',
      memory: `${reserved.memoryMi}Mi`,
    },
    credentialProviderBinary: str(input, 'ecrCredentialProviderBinPath') || undefined,
    resolve: (host) =>
      hosts
        .filter(([, name]) => String(name).toLowerCase() === host.toLowerCase())
        .map(([address]) => address),
    compat,
  }
}

const answer = ({ input, expected }: Vector, compat?: Compat): readonly Answer[] => {
  const errorKind = codeOf(() => kubeletFiles(inputsOf(input, compat)))
  if (errorKind !== '' || expected.errorKind !== undefined)
    return [{ of: 'errorKind', expected: expected.errorKind ?? '', actual: errorKind }]
  const inputs = inputsOf(input, compat)
  const files = kubeletFiles(inputs)
  const textOf = (path: string): string | undefined => files.find((file) => file.path === path)?.text
  const dropInText = textOf(kubeletDropInPath)
  const kubeconfigPath = kubeconfigPathOf(inputs.cluster)
  return [
    { of: 'kubeletVersion', expected: expected.kubeletVersion, actual: inputs.version },
    { of: 'configText', expected: expected.configText, actual: textOf(kubeletConfigPath) },
    { of: 'config', expected: expected.config, actual: JSON.parse(textOf(kubeletConfigPath) ?? '') },
    { of: 'dropInText', expected: expected.dropInText, actual: dropInText },
    { of: 'dropIn is there', expected: expected.dropIn !== null, actual: dropInText !== undefined },
    { of: 'flags', expected: expected.flags, actual: kubeletFlags(inputs) },
    { of: 'userFlags', expected: expected.userFlags, actual: userFlags(inputs) },
    { of: 'arguments', expected: expected.argsSortedThenUser, actual: kubeletArguments(inputs) },
    { of: 'environment', expected: expected.environment, actual: kubeletVariables(inputs) },
    { of: 'kubeconfigPath', expected: expected.kubeconfigPath, actual: kubeconfigPath },
    { of: 'kubeconfigText', expected: expected.kubeconfigText, actual: textOf(kubeconfigPath) },
    { of: 'caCertText', expected: expected.caCertText, actual: textOf('/etc/kubernetes/pki/ca.crt') },
    { of: 'hostsAppended', expected: expected.hostsAppended, actual: textOf(hostsPath) ?? '' },
    {
      of: 'files',
      expected: expected.files,
      actual: files
        .filter(({ path }) => path !== hostsPath)
        .map(({ path, mode }) => ({ path, mode }))
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
    },
  ]
}

/** Most vectors carry a certificate authority that is no certificate, which default mode refuses. */
const withRealCertificate = (input: Fields): Fields => {
  const document = obj(input, 'nodeConfig')
  const spec = obj(document, 'spec')
  const cluster = { ...obj(spec, 'cluster'), certificateAuthority: realCertificate }
  return { ...input, nodeConfig: { ...document, spec: { ...spec, cluster } } }
}

test('the kubelet is configured as by nodeadm: files, flags, environment', () => {
  expectEqualAnswers('kubelet', (vector) => answer(vector, 'nodeadm'))
})

test('without compat the kubelet gets the same, or the spec is refused in a sentence', () => {
  const outcomes = vectorFiles()
    .flatMap(vectorsIn)
    .filter((vector) => kinds.kubelet(vector) && vector.expected.errorKind === undefined)
    .map(({ input, expected }) => {
      const inputs = inputsOf(withRealCertificate(input))
      const refused = codeOf(() => kubeletFiles(inputs))
      if (refused !== '') return refused
      const files = kubeletFiles(inputs)
      const textOf = (path: string): string | undefined => files.find((file) => file.path === path)?.text
      const same =
        textOf(kubeletConfigPath) === expected.configText &&
        textOf(kubeletDropInPath) === (expected.dropInText ?? undefined) &&
        textOf(kubeconfigPathOf(inputs.cluster)) === expected.kubeconfigText &&
        kubeletArguments(inputs) === expected.argsSortedThenUser
      return same ? 'same' : 'different'
    })
  const refusals = ['bad-cidr', 'bad-kubelet-flag', 'dns-failure']
  expect(outcomes.filter((outcome) => outcome !== 'same' && !refusals.includes(outcome))).toEqual([])
  if (outcomes.length > 0) expect(outcomes).toContain('same')
})
