import { expect, test } from 'vitest'
import { kubeconfigFlags, kubeconfigPathOf, renderKubeconfig } from '../../src/render/kubeconfig.ts'
import { obj, str } from './fields.ts'
import { compareVectors, differencesOf } from './vectors.ts'

test('the kubeconfig is the text that nodeadm writes, at its path', () => {
  const results = compareVectors(
    ({ input }) => 'cluster' in input && 'region' in input && !('instance' in input),
    ({ input, expected }) => {
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
    },
  )
  expect(differencesOf(results)).toEqual([])
  expect(results.size).toBeGreaterThan(0)
})
