import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evaluateExpression } from '../../src/max-pods/expression.ts'
import { runs } from './max-pods-samples.ts'

const variables = { default_enis: 4, ips_per_eni: 15, max_pods: 58 }
const evaluate = (text: string) => evaluateExpression(text, variables)

/** Words of the language, so that random texts get past the parser now and then. */
const word = fc.constantFrom(
  ...'max_pods default_enis ips_per_eni ( ) [ ] { } , . : ? + - * / % < > == != && || ! in true false null 1 2u 3.5 0x1f "4" b\'5\''.split(
    ' ',
  ),
  ...'size( int( double( string( dyn( type( has( [1,2] .map(x, .filter(x, .exists(x, .all(x, x {1:2} timestamp( duration( "1s"'.split(
    ' ',
  ),
  '__proto__',
  '\\',
  "'",
  '//',
  '\n',
)

test('any text at all ends in a value or in a reason, soon', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.array(word, { maxLength: 24 }).map((words) => words.join(' ')),
        fc.array(word, { maxLength: 12 }).map((words) => words.join('')),
      ),
      (text) => {
        const start = performance.now()
        const outcome = evaluate(text)
        expect(performance.now() - start).toBeLessThan(1000)
        if (outcome.ok) expect(outcome.value > 0 && outcome.value <= 2 ** 31 - 1).toBe(true)
        else expect(outcome.why).toMatch(/^it(s| )/)
      },
    ),
    runs,
  )
})

interface Sum {
  readonly text: string
  readonly value: bigint
}
/** Sums of which the value is known, written with every operator of integers. */
const sum: fc.Memo<Sum> = fc.memo((depth) => {
  const leaf = fc.oneof(
    fc.integer({ min: 0, max: 5000 }).map((n) => ({ text: `${n}`, value: BigInt(n) })),
    fc.constant({ text: 'max_pods', value: 58n }),
  )
  if (depth <= 1) return leaf
  const operators = {
    '+': (a: bigint, b: bigint) => a + b,
    '-': (a: bigint, b: bigint) => a - b,
    '*': (a: bigint, b: bigint) => a * b,
    '/': (a: bigint, b: bigint) => (b === 0n ? 0n : a / b),
    '%': (a: bigint, b: bigint) => (b === 0n ? 0n : a % b),
  }
  const pair = fc.tuple(sum(depth - 1), fc.constantFrom(...Object.entries(operators)), sum(depth - 1))
  return fc.oneof(
    leaf,
    pair
      .filter(([, [sign], b]) => b.value !== 0n || !'/%'.includes(sign))
      .map(([a, [sign, apply], b]) => ({
        text: `(${a.text} ${sign} ${b.text})`,
        value: apply(a.value, b.value),
      })),
  )
})

test('integer arithmetic is that of the integers, rounded towards zero', () => {
  fc.assert(
    fc.property(sum(4), ({ text, value }) => {
      const outcome = evaluate(text)
      const inside = value > 0n && value <= 2147483647n
      expect(outcome.ok ? outcome.value : 'no').toBe(inside ? Number(value) : 'no')
    }),
    runs,
  )
})

test('a ternary takes one branch and never looks into the other', () => {
  fc.assert(
    fc.property(sum(3), fc.boolean(), ({ text }, taken) => {
      const [condition, other] = [taken ? 'max_pods == 58' : 'max_pods != 58', '1 / 0']
      const ternary = taken ? `${condition} ? ${text} : ${other}` : `${condition} ? ${other} : ${text}`
      expect(evaluate(ternary)).toEqual(evaluate(text))
    }),
    runs,
  )
})
