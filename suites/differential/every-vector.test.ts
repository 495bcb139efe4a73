import { expect, test } from 'vitest'
import { kindsOf } from './kinds.ts'
import { vectorFiles, vectorsDirectory, vectorsIn } from './vectors.ts'

test('there are vectors', () => {
  expect(vectorFiles().flatMap(vectorsIn).length, `vectors below ${vectorsDirectory()}`).toBeGreaterThan(0)
})

test('every line of every file is a question of one kind, so that none goes unasked', () => {
  const odd = vectorFiles().flatMap((file) =>
    vectorsIn(file).flatMap((vector, i) => {
      const kinds = kindsOf(vector)
      return kinds.length === 1 ? [] : [`${file}:${i + 1} is of ${kinds.join(' and ') || 'no kind'}`]
    }),
  )
  expect(odd.slice(0, 20)).toEqual([])
})
