import { test } from 'vitest'
import { kubeconfigFlags, kubeconfigPathOf, renderKubeconfig } from '../../src/render/kubeconfig.ts'
import { obj, str } from './fields.ts'
import { expectEqualAnswers } from './vectors.ts'

test('the kubeconfig is the text that nodeadm writes, at its path', () => {
  expectEqualAnswers('kubeconfig', ({ input, expected }) => {
    const fields = obj(input, 'cluster')
    const cluster = {
      name: str(fields, 'name'),
      id: str(fields, 'id'),
      apiServerEndpoint: str(fields, 'apiServerEndpoint'),
      enableOutpost: fields.enableOutpost === true,
    }
    return [
      { of: 'path', expected: expected.path, actual: kubeconfigPathOf(cluster) },
      { of: 'flags', expected: expected.flags, actual: kubeconfigFlags(cluster) },
      {
        of: 'text',
        expected: expected.text,
        actual: renderKubeconfig({ cluster, region: str(input, 'region') }, 'nodeadm'),
      },
    ]
  })
})
