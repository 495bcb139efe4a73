import { expect, test } from 'vitest'
import { evaluateExpression } from '../../src/max-pods/expression.ts'
import { type Answer, expectEqualAnswers, type Vector } from './vectors.ts'

const number = (fields: unknown, name: string): number => {
  const value = new Map(Object.entries(fields ?? {})).get(name)
  return typeof value === 'number' ? value : expect.fail(`${name} is no number`)
}

const answer = ({ input, expected }: Vector): readonly Answer[] => {
  const outcome = evaluateExpression(String(input.expression), {
    default_enis: number(input.variables, 'default_enis'),
    ips_per_eni: number(input.variables, 'ips_per_eni'),
    max_pods: number(input.variables, 'max_pods'),
  })
  return [{ of: 'maxPods', expected: expected.maxPods, actual: outcome.ok ? outcome.value : null }]
}

test('expressions mean what cel-go says they mean', () => {
  expectEqualAnswers('cel', answer)
})
