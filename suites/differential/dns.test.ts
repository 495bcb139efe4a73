import { test } from 'vitest'
import { clusterDns } from '../../src/render/cluster-dns.ts'
import { codeOf, str } from './fields.ts'
import { expectEqualAnswers } from './vectors.ts'

test('the cluster DNS address is the one that nodeadm derives', () => {
  expectEqualAnswers('cluster DNS', ({ input, expected }) => {
    const cidr = str(input, 'cidr')
    const errorKind = codeOf(() => clusterDns(cidr, 'nodeadm'))
    if (errorKind !== '' || expected.errorKind !== undefined)
      return [{ of: 'errorKind', expected: expected.errorKind ?? '', actual: errorKind }]
    const { address, ipFamily } = clusterDns(cidr, 'nodeadm')
    return [
      { of: 'clusterDNS', expected: expected.clusterDNS, actual: address },
      { of: 'ipFamily', expected: expected.ipFamily, actual: ipFamily },
    ]
  })
})
