import { expect, test } from 'vitest'
import { clusterDns } from '../../src/render/cluster-dns.ts'
import { codeOf, str } from './fields.ts'
import { compareVectors, differencesOf } from './vectors.ts'

test('the cluster DNS address is the one that nodeadm derives', () => {
  const results = compareVectors(
    ({ input }) => Object.keys(input).join() === 'cidr',
    ({ input, expected }) => {
      const cidr = str(input, 'cidr')
      const errorKind = codeOf(() => clusterDns(cidr, 'nodeadm'))
      if (errorKind !== '' || expected.errorKind !== undefined)
        return [{ of: 'errorKind', expected: expected.errorKind ?? '', actual: errorKind }]
      const { address, ipFamily } = clusterDns(cidr, 'nodeadm')
      return [
        { of: 'clusterDNS', expected: expected.clusterDNS, actual: address },
        { of: 'ipFamily', expected: expected.ipFamily, actual: ipFamily },
      ]
    },
  )
  expect(differencesOf(results)).toEqual([])
  expect(results.size).toBeGreaterThan(0)
})
