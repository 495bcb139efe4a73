import { AmiproofError } from '../lib/errors.ts'
import { nearest } from '../lib/nearest.ts'
import type { Compat } from './compat.ts'
import accounts from './ecr-accounts.json' with { type: 'json' }

/** Where EKS keeps its own images for a region. */
export interface EksRegistry {
  readonly account: string
  /** The region whose registry is used; nodeadm sends unknown regions elsewhere. */
  readonly registryRegion: string
  /** The host name, without a repository. */
  readonly registry: string
}

/** What the registry of a node depends on. */
export interface RegistryInputs {
  readonly region: string
  /** IMDS `services/domain`; the partition's own when left out. */
  readonly servicesDomain?: string | undefined
  /** Whether the node runs in FIPS mode. */
  readonly fips?: boolean | undefined
  /** Whether the FIPS host is known to exist. When left out, AWS General Reference decides. */
  readonly fipsHostResolves?: boolean | undefined
}

const refuse = (code: string, message: string): never => {
  throw new AmiproofError(message, { kind: 'config', code, op: 'find the EKS registry', blame: 'user' })
}

const byRegion = new Map(Object.entries(accounts))

/** nodeadm before f81d9fae (2024-11-11): a region of an unknown name goes to its partition's first, and all others to us-west-2. */
const fallbacks = [
  ['us-gov-', 'us-gov-west-1'],
  ['cn-', 'cn-northwest-1'],
  ['us-iso-', 'us-iso-east-1'],
  ['us-isob-', 'us-isob-east-1'],
  ['eu-isoe-', 'eu-isoe-west-1'],
  ['us-isof-', 'us-isof-south-1'],
  ['', 'us-west-2'],
] as const

const domains = [
  ['cn-', 'amazonaws.com.cn'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['eusc-', 'amazonaws.eu'],
  ['', 'amazonaws.com'],
] as const

/** The first table row whose prefix begins the region; the last row's is empty. */
const byPrefix = (table: readonly (readonly [string, string])[], region: string): string =>
  table.find(([prefix]) => region.startsWith(prefix))?.[1] ?? ''

/** Regions with a `dkr.ecr-fips` endpoint (AWS General Reference, "Amazon ECR endpoints and quotas"). */
const fipsRegions = ['us-east-1', 'us-east-2', 'us-gov-east-1', 'us-gov-west-1', 'us-west-1', 'us-west-2']

const regionOf = (region: string, compat: Compat | undefined): string => {
  if (byRegion.has(region)) return region
  if (compat === 'nodeadm') return byPrefix(fallbacks, region)
  const meant = nearest(region, [...byRegion.keys()])
  return refuse(
    'unknown-region',
    `cannot find the EKS registry of region ${JSON.stringify(region)}: its account is not known${meant ? ` (did you mean ${meant}?)` : ''}; name images in full`,
  )
}

const isFips = (inputs: RegistryInputs, region: string, compat: Compat | undefined): boolean => {
  if (!inputs.fips) return false
  const exists = inputs.fipsHostResolves ?? fipsRegions.includes(region)
  if (!exists && compat !== 'nodeadm')
    refuse(
      'no-fips-endpoint',
      `cannot find a FIPS registry in ${region}: there is no dkr.ecr-fips endpoint, and nodeadm would use the ordinary one; use a region that has it`,
    )
  return exists
}

/**
 * The registry of EKS's own images (the mapping that nodeadm had until f81d9fae; add-ons and cached images still need it).
 * Throws AmiproofError `unknown-region` and `no-fips-endpoint`; `compat: 'nodeadm'` falls back silently, even across partitions.
 */
export const eksRegistry = (inputs: RegistryInputs, compat?: Compat): EksRegistry => {
  const registryRegion = regionOf(inputs.region, compat)
  const account = byRegion.get(registryRegion) ?? ''
  const service = isFips(inputs, registryRegion, compat) ? 'ecr-fips' : 'ecr'
  const domain = inputs.servicesDomain ?? byPrefix(domains, registryRegion)
  return { account, registryRegion, registry: `${account}.dkr.${service}.${registryRegion}.${domain}` }
}

/**
 * Whether /proc/sys/crypto/fips_enabled says so; null when the kernel has no such file.
 * Throws AmiproofError `bad-fips-file` for anything but a number.
 */
export const isFipsEnabled = (content: string | null): boolean => {
  if (content === null) return false
  const text = content.trim()
  if (!/^[+-]?\d+$/.test(text))
    refuse(
      'bad-fips-file',
      `cannot read /proc/sys/crypto/fips_enabled: expected 0 or 1, saw ${JSON.stringify(text)}`,
    )
  return Number(text) === 1
}
