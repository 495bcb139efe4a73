import { test } from 'vitest'
import { eksRegistry, isFipsEnabled } from '../../src/render/ecr-registry.ts'
import { eksImages } from '../../src/render/eks-images.ts'
import { codeOf, str } from './fields.ts'
import { expectEqualAnswers } from './vectors.ts'

test('the registry of a region is the one that nodeadm chose', () => {
  expectEqualAnswers('registry', ({ input, expected }) => {
    const file = input.fipsEnabledFile === null ? null : str(input, 'fipsEnabledFile')
    const errorKind = codeOf(() => isFipsEnabled(file))
    if (errorKind !== '' || expected.errorKind !== undefined)
      return [{ of: 'errorKind', expected: expected.errorKind ?? '', actual: errorKind }]
    const node = {
      region: str(input, 'region'),
      servicesDomain: str(input, 'servicesDomain'),
      fips: isFipsEnabled(file),
      fipsHostResolves: input.fipsHostResolves === true,
    }
    const { account, registry, registryRegion } = eksRegistry(node, 'nodeadm')
    const [pause] = eksImages({ ...node, kubernetes: '1.31', pause: '3.5' }, 'nodeadm')
    return [
      { of: 'account', expected: expected.account, actual: account },
      { of: 'registryRegion', expected: expected.registryRegion, actual: registryRegion },
      { of: 'registry', expected: expected.registry, actual: registry },
      { of: 'pauseImage', expected: expected.pauseImage, actual: pause },
    ]
  })
})
