import { test } from 'vitest'
import { renderNetwork, routeMetric, routeTable } from '../../src/render/network-interface.ts'
import { num, str } from './fields.ts'
import { expectEqualAnswers } from './vectors.ts'

test('the network file of an interface is the text that nodeadm writes', () => {
  expectEqualAnswers('network', ({ input, expected }) => {
    const nic = {
      mac: str(input, 'mac'),
      primary: input.primary === true,
      networkCard: num(input, 'networkCard'),
      deviceIndex: num(input, 'deviceIndex'),
      interfaceIp: str(input, 'interfaceIp'),
    }
    return [
      { of: 'metric', expected: expected.metric, actual: routeMetric(nic) },
      { of: 'tableId', expected: expected.tableId, actual: routeTable(nic) },
      { of: 'text', expected: expected.text, actual: renderNetwork(nic) },
    ]
  })
})
