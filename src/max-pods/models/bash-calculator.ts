import type { InstanceType } from '../instance-type.ts'
import type { CniFlags } from './cni-flags.ts'

/** How a script ended that did not print a number. */
export interface ShellFailure {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

/** Line numbers that appear in the script's messages; the two versions differ in little else. */
const versions = {
  final: {
    split: 116,
    compare: 117,
    describe: 121,
    subtract: 139,
    prefixes: [100, 143],
    addresses: [106, 145],
  },
  pre1930: {
    split: 114,
    compare: 115,
    describe: 119,
    subtract: 136,
    prefixes: [99, 140],
    addresses: [105, 142],
  },
} as const

const script = 'max-pods-calculator.sh'
const failure = (exit: number, stdout: string, stderr: string): ShellFailure => ({ exit, stdout, stderr })
const unbound = (line: number, name: string, stdout = ''): ShellFailure =>
  failure(1, stdout, `${script}: line ${line}: ${name}: unbound variable`)

/**
 * AL2's max-pods-calculator.sh, bugs included: `v1.18.1` and `latest` end it, `1.08` silently switches prefix delegation off, bare metal never
 * has it, and neither a zero nor a negative `--cni-max-eni` is stopped. amazon-eks-ami b2289030^; `pre1930` is the script before PR #1930,
 * which counted the ENIs of all network cards.
 * @param instance the answer of DescribeInstanceTypes; undefined where it has none
 */
export const bashCalculator = (
  type: string,
  instance: InstanceType | undefined,
  flags: CniFlags,
  version: keyof typeof versions = 'final',
): number | ShellFailure => {
  const line = versions[version]
  if (flags.cniVersion === '') return failure(1, 'You must specify a CNI Version to use. Example - 1.7.5', '')
  const [major, minor] = flags.cniVersion.replaceAll('.', ' ').trim().split(/\s+/)
  if (!major) return unbound(line.split - 1, 'VERSION_SPLIT[0]')
  if (minor === undefined) return unbound(line.split, 'VERSION_SPLIT[1]')
  const over = greaterThan(major, 1)
  if (typeof over === 'object') return unbound(line.compare, over.unbound)
  // The minor version is compared in a subshell: there an error is only a false condition.
  const supported = over || (major === '1' && greaterThan(minor, 8) === true)

  const enisOfType = version === 'final' ? instance?.maxEnis : instance?.maxEnisAllCards
  if (!instance || enisOfType == null || instance.ipv4PerEni === null || instance.vcpus === null)
    return failure(
      254,
      `Exited with error on line ${line.describe}`,
      `An error occurred (InvalidInstanceType) when calling the DescribeInstanceTypes operation: The following supplied instance types do not exist: [${type}]`,
    )
  const prefixes = instance.hypervisor === 'nitro' && flags.prefixDelegation && supported
  const enis = leastBySort(flags.maxEnis === null ? '' : `${flags.maxEnis}`, enisOfType)
  if (typeof enis === 'string') {
    const [inner, outer] = prefixes ? line.prefixes : line.addresses
    return flags.customNetworking
      ? unbound(line.subtract, enis)
      : unbound(inner, enis, `Exited with error on line ${outer}`)
  }
  const pods = (enis - (flags.customNetworking ? 1 : 0)) * (instance.ipv4PerEni - 1) * (prefixes ? 16 : 1) + 2
  return flags.showMaxAllowed ? pods : Math.min(pods, instance.vcpus > 30 ? 250 : 110)
}

/** `[[ text -gt number ]]`: a leading zero means octal, 08 is an error and thus false, and a word is a variable, here always unbound. */
const greaterThan = (text: string, number: number): boolean | { readonly unbound: string } => {
  const terms = text.split(/(?=[+-])/)
  let sum = 0
  for (const term of terms) {
    const [, sign, digits = ''] = /^([+-]?)(.*)$/s.exec(term) ?? []
    if (/^[A-Za-z_]\w*$/.test(digits)) return { unbound: digits }
    const value = bashInteger(digits)
    if (value === undefined) return false
    sum += sign === '-' ? -value : value
  }
  return sum > number
}

const bashInteger = (digits: string): number | undefined => {
  if (/^0[xX][0-9a-fA-F]+$/.test(digits)) return Number.parseInt(digits.slice(2), 16)
  if (/^0[0-7]*$/.test(digits)) return Number.parseInt(digits, 8)
  return /^[1-9]\d*$/.test(digits) ? Number(digits) : undefined
}

/** `printf '%s\n' given own | sort -g | head -n1`: what is no number sorts first. */
const leastBySort = (given: string, own: number): number | string => {
  if (given === '') return own
  return /^\s*[+-]?\d+\s*$/.test(given) ? Math.min(Number(given), own) : given
}
