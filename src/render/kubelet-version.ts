/** Versions of the kubelet as nodeadm reads and compares them. */

/**
 * The version in what `kubelet --version` printed, or in /etc/eks/kubelet-version.txt: the first `vX.Y.Z`, suffixes such as `-eks-abc` or
 * `-rc.0` dropped. '' when there is none, and '' compares below every version (nodeadm `parseSemVer`).
 */
export const kubeletVersionOf = (output: string): string => /v[0-9]+\.[0-9]+\.[0-9]+/.exec(output)?.[0] ?? ''

interface Semver {
  readonly core: readonly [number, number, number]
  readonly prerelease: readonly string[]
}

const number = '(0|[1-9]\\d*)'
const grammar = new RegExp(
  `^v${number}(?:\\.${number}(?:\\.${number}(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?)?)?$`,
)

const parse = (version: string): Semver | undefined => {
  const match = grammar.exec(version)
  if (!match) return undefined
  const [, major = '0', minor = '0', patch = '0', prerelease = ''] = match
  return {
    core: [Number(major), Number(minor), Number(patch)],
    prerelease: prerelease === '' ? [] : prerelease.slice(1).split('.'),
  }
}

const comparePrerelease = (a: readonly string[], b: readonly string[]): number => {
  if (a.length === 0 || b.length === 0) return b.length - a.length
  for (const [index, left] of a.entries()) {
    const right = b[index]
    if (right === undefined) return 1
    if (left === right) continue
    const [leftNumber, rightNumber] = [/^\d+$/.test(left), /^\d+$/.test(right)]
    if (leftNumber && rightNumber) return Number(left) - Number(right)
    if (leftNumber !== rightNumber) return leftNumber ? -1 : 1
    return left < right ? -1 : 1
  }
  return a.length - b.length
}

/** Go's `golang.org/x/mod/semver` Compare: an invalid version is below every valid one, and a pre-release below its release. */
export const compareSemver = (a: string, b: string): number => {
  const [left, right] = [parse(a), parse(b)]
  if (!left || !right) return Number(left !== undefined) - Number(right !== undefined)
  for (const index of [0, 1, 2] as const) {
    if (left.core[index] !== right.core[index]) return left.core[index] - right.core[index]
  }
  return comparePrerelease(left.prerelease, right.prerelease)
}

/** Whether a kubelet version has reached a toggle's. */
export const atLeast = (version: string, toggle: string): boolean => compareSemver(version, toggle) >= 0
