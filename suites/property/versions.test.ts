import fc from 'fast-check'
import { expect, test } from 'vitest'
import { atLeast, compareVersions, containerdVersionIn, parseVersion } from '../../src/lib/versions.ts'
import { runs } from './runs.ts'

const core = fc.tuple(fc.nat(3), fc.nat(40), fc.nat(30)).map((parts) => parts.join('.'))
const suffix = fc.oneof(
  fc.constantFrom('', '~ds1', '+unknown', '-1.amzn2023', '-rc.1', '-beta.0'),
  fc.stringMatching(/^-eks-[0-9a-f]{7}$/),
  fc.nat(20).map((n) => `-eksbuild.${n}`),
)
const version = fc.tuple(fc.constantFrom('', 'v'), core, suffix).map((parts) => parts.join(''))

test('a suffix moves no gate', () => {
  fc.assert(
    fc.property(core, suffix, fc.option(core), (plain, tail, other) => {
      const gate = other ?? plain
      expect(atLeast(`v${plain}${tail}`, gate)).toBe(atLeast(plain, gate))
    }),
    runs,
  )
})

test('versions are in one order', () => {
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      expect(compareVersions(a, a)).toBe(0)
      expect(compareVersions(a, b) + compareVersions(b, a)).toBe(0)
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
        expect(compareVersions(a, c)).toBeLessThanOrEqual(0)
    }),
    runs,
  )
})

test('the highest of a list does not depend on its order', () => {
  const highest = (list: readonly string[]) => list.reduce((a, b) => (compareVersions(a, b) >= 0 ? a : b))
  fc.assert(
    fc.property(fc.array(version, { minLength: 1, maxLength: 6 }), (list) => {
      expect(compareVersions(highest(list), highest([...list].reverse()))).toBe(0)
    }),
    runs,
  )
})

test('an EKS build is at least its release', () => {
  fc.assert(
    fc.property(core, fc.nat(99), fc.nat(99), (plain, a, b) => {
      expect(compareVersions(`${plain}-eksbuild.${a}`, plain)).toBeGreaterThanOrEqual(0)
      expect(compareVersions(`${plain}-eksbuild.${a}`, `${plain}-eksbuild.${b}`)).toBe(Math.sign(a - b))
    }),
    runs,
  )
})

test('any text is a version or is none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(parseVersion(text) === undefined || parseVersion(text)?.core.length === 3).toBe(true)
      const found = containerdVersionIn(text)
      expect(found === undefined || parseVersion(found) !== undefined).toBe(true)
    }),
    runs,
  )
})
