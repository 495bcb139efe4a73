import type { InstanceType } from '../instance-type.ts'
import { type Reserved, reservedMemoryMi } from '../reserved.ts'
import type { CniFlags } from './cni-flags.ts'

/** eksnode's own refusal or panic. */
export interface EksnodeFailure {
  readonly error: string
}

interface EksnodeLimits {
  readonly maxEnis: number
  readonly ipv4PerEni: number
  readonly vcpus: number
  readonly hypervisor: string
}

/** eksnode reads only its own table (ec2-instances.yaml); a type it lacks can neither be calculated nor joined. */
const limitsOf = (type: string, instance: InstanceType | undefined): EksnodeLimits | EksnodeFailure => {
  const { maxEnis = null, ipv4PerEni = null, sources = '' } = instance ?? {}
  return instance && sources.includes('e') && maxEnis !== null && ipv4PerEni !== null
    ? { maxEnis, ipv4PerEni, vcpus: instance.vcpus ?? 1, hypervisor: instance.hypervisor }
    : { error: `Instance type ${type} is not supported or invalid` }
}

/** `eksnode calculate-max-pods` (clowdhaus/eksnode c4cca98e): as AL2's calculator, with a stricter and at once laxer reading of versions. */
export const eksnodeCalculate = (
  type: string,
  instance: InstanceType | undefined,
  flags: Omit<CniFlags, 'showMaxAllowed'>,
): number | EksnodeFailure => {
  const given = flags.maxEnis === null ? '' : `${flags.maxEnis}`
  if (given !== '' && !/^[+-]?\d+$/.test(given)) return { error: 'invalid digit found in string' }
  const limits = limitsOf(type, instance)
  if ('error' in limits) return limits
  const version = semver(flags.cniVersion)
  if ('error' in version) return version
  const enis =
    Math.min(limits.maxEnis, given === '' ? limits.maxEnis : Number(given)) - (flags.customNetworking ? 1 : 0)
  const prefixes = limits.hypervisor === 'nitro' && flags.prefixDelegation && version.hasPrefixes
  const pods = enis * (limits.ipv4PerEni - 1) * (prefixes ? 16 : 1) + 2
  return Math.min(pods, limits.vcpus > 30 ? 250 : 110)
}

/** What `eksnode join-cluster` uses: the formula, without ceiling and without any CNI flag. */
export const eksnodeJoinMaxPods = (
  type: string,
  instance: InstanceType | undefined,
): number | EksnodeFailure => {
  const limits = limitsOf(type, instance)
  return 'error' in limits ? limits : limits.maxEnis * (limits.ipv4PerEni - 1) + 2
}

/**
 * kubeReserved as eksnode computes it (resource.rs): cores counted one too far, rounded to 10 millicores, and the 400 millicores that it
 * documents above 110 pods added in tenths, which makes 40.
 */
export const eksnodeReserved = (vcpus: number, maxPods: number): Reserved => {
  const core = (i: number): number => (i === 0 ? 600 : i <= 2 ? 100 : i <= 4 ? 50 : 25)
  const tenths = Array.from({ length: vcpus }, (_, i) => core(i)).reduce((sum, each) => sum + each, 0)
  return {
    cpuMillicores: Math.round((tenths + (maxPods > 110 ? 400 : 0)) / 100) * 10,
    memoryMi: reservedMemoryMi(maxPods),
  }
}

/** The first x.y.z anywhere in the text; the semver crate then panics on a leading zero. */
const semver = (text: string): { readonly hasPrefixes: boolean } | EksnodeFailure => {
  const [found, ...parts] = /(\d+)\.(\d+)\.(\d+)/.exec(text) ?? []
  if (found === undefined) return { error: `Semantic version not found: ${text}` }
  if (parts.some((part) => /^0\d/.test(part))) return { error: 'panic: leading zero' }
  const [major = 0, minor = 0] = parts.map(Number)
  return { hasPrefixes: major > 1 || (major === 1 && minor >= 9) }
}
