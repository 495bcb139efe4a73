import { AmiproofError } from '../lib/errors.ts'
import { goJson } from '../lib/json.ts'
import { atLeast } from './kubelet-version.ts'

export const credentialProviderConfigPath = '/etc/eks/image-credential-provider/config.json'
export const credentialProviderBinary = '/etc/eks/image-credential-provider/ecr-credential-provider'

/** Registries whose images the provider answers for, in nodeadm's order (`image-credential-provider.template.json`). */
const matchImages = [
  '*.dkr.ecr.*.amazonaws.com',
  '*.dkr-ecr.*.on.aws',
  '*.dkr.ecr.*.amazonaws.com.cn',
  '*.dkr-ecr.*.on.amazonwebservices.com.cn',
  '*.dkr.ecr-fips.*.amazonaws.com',
  '*.dkr-ecr-fips.*.on.aws',
  '*.dkr.ecr.*.c2s.ic.gov',
  '*.dkr.ecr.*.sc2s.sgov.gov',
  '*.dkr.ecr.*.cloud.adc-e.uk',
  '*.dkr.ecr.*.csp.hci.ic.gov',
  '*.dkr.ecr.*.amazonaws.eu',
  'public.ecr.aws',
]

/** Go's `path.Dir` and `path.Base`: the directory cleaned of `.`, `..` and doubled slashes, and the last name. */
const splitPath = (path: string): readonly [directory: string, name: string] => {
  const slash = path.lastIndexOf('/')
  return [cleaned(path.slice(0, slash + 1)), /([^/]*)\/*$/.exec(path)?.[1] || (slash < 0 ? '.' : '/')]
}

const cleaned = (path: string): string => {
  const rooted = path.startsWith('/')
  const kept: string[] = []
  for (const part of path.split('/')) {
    if (part === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop()
    else if (part === '..' ? !rooted : part !== '' && part !== '.') kept.push(part)
  }
  return `${rooted ? '/' : ''}${kept.join('/')}` || '.'
}

/** The provider's program on the node. */
export interface CredentialProvider {
  /** Path of the binary, when not the AMI's. */
  readonly binary?: string | undefined
  /** False when it is known to be missing. */
  readonly exists?: boolean | undefined
}

/**
 * The kubelet's CredentialProviderConfig; `ecr-public.aws.com` joined in 1.32. `version` is a kubelet version such as `v1.32.9`.
 * Throws AmiproofError `credential-provider-binary-missing`.
 */
export const renderCredentialProvider = (
  version: string,
  { binary = credentialProviderBinary, exists = true }: CredentialProvider = {},
): string => {
  if (!exists)
    throw new AmiproofError(
      `cannot configure the image credential provider: its binary ${binary} is not on the node, and without it no image is pulled from ECR; bake it into the image`,
      {
        kind: 'config',
        code: 'credential-provider-binary-missing',
        op: 'configure the image credential provider',
        blame: 'image',
      },
    )
  const [, name] = splitPath(binary)
  const config = {
    kind: 'CredentialProviderConfig',
    apiVersion: 'kubelet.config.k8s.io/v1',
    providers: [
      {
        name,
        matchImages: atLeast(version, 'v1.32.0') ? [...matchImages, 'ecr-public.aws.com'] : matchImages,
        defaultCacheDuration: '12h0m0s',
        apiVersion: 'credentialprovider.kubelet.k8s.io/v1',
      },
    ],
  }
  return goJson(config, 2, 'given')
}

/** The kubelet flags that name the provider's directory and configuration. */
export const credentialProviderFlags = (
  binary: string = credentialProviderBinary,
): Readonly<Record<string, string>> => ({
  'image-credential-provider-bin-dir': splitPath(binary)[0],
  'image-credential-provider-config': credentialProviderConfigPath,
})
