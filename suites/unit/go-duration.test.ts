import { expect, test } from 'vitest'
import { goDuration } from '../../src/lib/go-duration.ts'

test.for([
  ['4h', '4h0m0s'],
  ['150s', '2m30s'],
  ['1.5h', '90m'],
  ['1000us', '1ms'],
  ['0', '0s'],
  ['-1m', '-60s'],
  ['.5s', '500ms'],
] as const)('%s lasts as long as %s', ([one, other]) => {
  expect(goDuration(one)).toBe(goDuration(other))
  expect(goDuration(one)).toEqual(expect.any(Number))
})

test.for(['', '5', '4 h', '4x', 'h', '1h-3m', '.s', '1d', 'four hours'])('%j is no duration', (text) => {
  expect(goDuration(text)).toBeUndefined()
})
