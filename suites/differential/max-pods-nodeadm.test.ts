import { test } from 'vitest'
import { nodeadmMaxPods } from '../../src/max-pods/nodeadm.ts'
import { nodeadmReserved } from '../../src/max-pods/reserved.ts'
import { type Answer, expectEqualAnswers, type Vector } from './vectors.ts'

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

/** What we say to a line of nodeadm/maxpods.jsonl, under the names that the vectors use. */
const answer = ({ input, expected }: Vector): readonly Answer[] => {
  const only = (actual: Readonly<Record<string, unknown>>): readonly Answer[] =>
    Object.keys(expected)
      .filter((of) => of in actual)
      .map((of) => ({ of, expected: expected[of], actual: actual[of] }))
  if (input.kind === 'cpu') {
    const reserved = nodeadmReserved({ cpuCount: number(input.cpuCount) ?? 0, maxPods: 0 })
    return only({ kubeReservedCpuMillicores: reserved.cpuMillicores })
  }
  if (input.kind === 'memory') {
    const reserved = nodeadmReserved({ cpuCount: 1, maxPods: number(input.maxPods) ?? 0 })
    return only({ kubeReservedMemoryMi: reserved.memoryMi })
  }
  const maxEnis = number(input.defaultMaxENIs)
  const ipv4PerEni = number(input.ipv4AddressesPerInterface)
  const result = nodeadmMaxPods({
    type: String(input.instanceType),
    expression: typeof input.maxPodsExpression === 'string' ? input.maxPodsExpression : undefined,
    lookup: () => (maxEnis === undefined || ipv4PerEni === undefined ? undefined : { maxEnis, ipv4PerEni }),
  })
  return only({
    maxPods: result.maxPods,
    standardMaxPods: result.standard,
    fellBackToStandard: result.fellBack !== null,
    kubeReservedMemoryMi: nodeadmReserved({ cpuCount: 1, maxPods: result.maxPods }).memoryMi,
  })
}

test('max pods, expressions and reservations are what nodeadm computes', () => {
  expectEqualAnswers('max-pods of nodeadm', answer)
})
