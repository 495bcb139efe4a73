import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DiffLine, lineDiff } from '../../src/report/html/line-diff.ts'

const shown = (lines: readonly DiffLine[]): string =>
  lines.map(({ kind, text }) => `${{ same: ' ', removed: '-', added: '+' }[kind]}${text}`).join(' ')

test.for([
  ['a b c', 'a b c', ' a  b  c'],
  ['a b c', 'a x c', ' a -b +x  c'],
  ['a b c', 'a c', ' a -b  c'],
  ['a c', 'a b c', ' a +b  c'],
  ['a b', 'x y', '-a -b +x +y'],
  ['', 'a', '- +a'],
] as const)('%j to %j', ([before, after, diff]) => {
  expect(shown(lineDiff(before.split(' '), after.split(' ')))).toBe(diff)
})

/** Length of the longest common subsequence, by the textbook's table. */
const commonLength = (a: readonly string[], b: readonly string[]): number => {
  let row = new Array<number>(b.length + 1).fill(0)
  for (const left of a) {
    const next = [0]
    for (const [at, right] of b.entries())
      next.push(left === right ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0))
    row = next
  }
  return row[b.length] ?? 0
}

test('a diff holds both texts, changes as little as possible, and removes before it adds', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 25 })
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const diff = lineDiff(before, after)
      const side = (not: DiffLine['kind']) => diff.filter(({ kind }) => kind !== not).map(({ text }) => text)
      expect(side('added')).toEqual(before)
      expect(side('removed')).toEqual(after)
      expect(diff.filter(({ kind }) => kind === 'same')).toHaveLength(commonLength(before, after))
      expect(shown(diff)).not.toMatch(/\+. -/)
    }),
    { numRuns: 500 },
  )
})

test('texts that have nothing in common cost little', () => {
  const before = Array.from({ length: 8_000 }, (_, at) => `before ${at}`)
  const after = Array.from({ length: 8_000 }, (_, at) => `after ${at}`)
  const startedAt = performance.now()
  expect(lineDiff(before, after)).toHaveLength(16_000)
  expect(performance.now() - startedAt).toBeLessThan(5_000)
})
