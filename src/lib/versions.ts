import { AmiproofError } from './errors.ts'

/** Major, minor and patch, and what follows them. */
export interface Version {
  readonly core: readonly [major: number, minor: number, patch: number]
  /** `-eks-1234567`, `-rc.1`, `~ds1`, `+unknown`, or nothing. */
  readonly suffix: string
}

const pattern = /^v?(\d{1,15})\.(\d{1,15})(?:\.(\d{1,15}))?([-+~].*)?$/s

/** Reads `1.35`, `v1.35.2-eks-1234567`, `1.6.20~ds1`. Undefined when it is no version. */
export const parseVersion = (text: string): Version | undefined => {
  const [all, major, minor, patch, suffix] = pattern.exec(text.trim()) ?? []
  return all === undefined
    ? undefined
    : { core: [Number(major), Number(minor), Number(patch ?? 0)], suffix: suffix ?? '' }
}

/** @throws AmiproofError `version` naming what was seen */
export const versionOf = (text: string, what = 'a version'): Version => {
  const version = parseVersion(text)
  if (version) return version
  throw new AmiproofError(
    `cannot read ${what}: expected digits such as 1.35.2, saw ${JSON.stringify(text.slice(0, 80))}`,
    { kind: 'config', code: 'version', op: `read ${what}`, blame: 'user' },
  )
}

const compareCore = (a: Version['core'], b: Version['core']): number =>
  a[0] - b[0] || a[1] - b[1] || a[2] - b[2]

/** An EKS suffix is a build of a release; alpha, beta and rc come before it. */
const rank = (suffix: string): readonly number[] => {
  const [, stage, number] = /^[-~](alpha|beta|rc)[.-]?(\d{0,15})/.exec(suffix) ?? []
  const [, build] = /^-eksbuild\.(\d{1,15})/.exec(suffix) ?? []
  return [stage ? ['alpha', 'beta', 'rc'].indexOf(stage) : 3, Number(number ?? 0), Number(build ?? 0)]
}

/**
 * A total preorder: the core triplet, then pre-releases before the release, then the eksbuild number as a number (properties.md E1: SemVer would put
 * `1.18.1-eksbuild.3` below `1.18.1`, though it is a later build of it). Other suffixes do not count.
 */
export const compareVersions = (a: string, b: string): number => {
  const [left, right] = [versionOf(a), versionOf(b)]
  const [l, r] = [rank(left.suffix), rank(right.suffix)]
  const order = [compareCore(left.core, right.core), ...l.map((value, i) => value - (r[i] ?? 0))]
  return Math.sign(order.find((difference) => difference !== 0) ?? 0)
}

/**
 * Whether a version has reached a gate, by the core triplet alone, so that no suffix moves a gate (nodeadm `parseSemVer` drops suffixes; properties.md E2).
 * @throws AmiproofError `version`
 */
export const atLeast = (version: string, gate: string): boolean =>
  compareCore(versionOf(version).core, versionOf(gate).core) >= 0

/** 35 of `v1.35.2-eks-1234567`. @throws AmiproofError `version` */
export const kubernetesMinor = (version: string): number => versionOf(version, 'a Kubernetes version').core[1]

/**
 * The version in the output of `containerd --version`, from upstream, Amazon Linux and distribution builds
 * (`containerd github.com/containerd/containerd/v2 v2.1.4 75cb…`). Undefined when there is none.
 */
export const containerdVersionIn = (output: string): string | undefined =>
  /(?:^|\s)v?(\d+\.\d+\.\d+(?:[-+~][^\s]*)?)(?=\s|$)/.exec(output)?.[1]
