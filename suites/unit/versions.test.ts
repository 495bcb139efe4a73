import { expect, test } from 'vitest'
import {
  atLeast,
  compareVersions,
  containerdVersionIn,
  kubernetesMinor,
  versionOf,
} from '../../src/lib/versions.ts'

test('an EKS build is later than the release, and ten is more than nine', () => {
  const sorted = ['1.18.1-eksbuild.10', '1.18.1', '1.18.1-eksbuild.9', '1.18.1-rc.1'].sort(compareVersions)
  expect(sorted).toEqual(['1.18.1-rc.1', '1.18.1', '1.18.1-eksbuild.9', '1.18.1-eksbuild.10'])
})

test('a gate opens for the version as EKS spells it', () => {
  expect(atLeast('v1.33.0-eks-1234567', '1.33')).toBe(true)
  expect(atLeast('1.32.9', '1.33')).toBe(false)
})

test('the minor of Kubernetes is a number', () => {
  expect(kubernetesMinor('v1.35.2-eks-abc')).toBe(35)
  expect(kubernetesMinor('1.10')).toBe(10)
})

test('what is no version is refused in a sentence', () => {
  expect(() => versionOf('garbage')).toThrow('expected digits such as 1.35.2, saw "garbage"')
})

test.for([
  ['containerd github.com/containerd/containerd/v2 v2.1.4 75cb2b7193e4', '2.1.4'],
  ['containerd github.com/containerd/containerd 1.7.27 05044ec0', '1.7.27'],
  ['containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u3', '1.6.20~ds1'],
  ['containerd containerd.io 1.6.33 d2d58213', '1.6.33'],
  ['containerd github.com/containerd/containerd 1.7.0+unknown', '1.7.0+unknown'],
])('the version is found in %s', ([output, version]) => {
  expect(containerdVersionIn(output ?? '')).toBe(version)
})

test('an output without a version has none', () => {
  expect(containerdVersionIn('containerd')).toBeUndefined()
})
