import { expect, test } from 'vitest'
import { all, each } from '../../../src/checks/combine.ts'
import { differences, same } from '../../../src/checks/same.ts'
import {
  atLeast,
  contains,
  equal,
  fail,
  manual,
  matches,
  none,
  oneOf,
  pass,
  within,
} from '../../../src/checks/verdict.ts'

test('a missing value is said, never left out', () => {
  expect(equal(undefined, '1', 'x')).toEqual({ status: 'fail', actual: 'absent', expected: '1', where: 'x' })
})

test('documents are equal whatever the order of their keys and the kind of their integers', () => {
  expect(same({ a: 1n, b: [1, { c: 'x' }] }, { b: [1, { c: 'x' }], a: 1 })).toBe(true)
  expect(same([1, 2], [2, 1])).toBe(false)
  expect(same({ a: undefined }, {})).toBe(false)
  expect(same(1, '1')).toBe(false)
  expect(same(1.5, 1n)).toBe(false)
  expect(same(null, {})).toBe(false)
})

test('a difference is named by the path of the leaf', () => {
  expect(differences({ a: { b: 1, z: 2 } }, { a: { b: 2 }, c: [1] })).toEqual([
    { at: 'a.b', actual: 1, expected: 2 },
    { at: 'a.z', actual: 2, expected: 'absent' },
    { at: 'c', actual: 'absent', expected: [1] },
  ])
})

test('keys that every object inherits are not found in a document', () => {
  expect(differences({}, { constructor: 1 })).toEqual([{ at: 'constructor', actual: 'absent', expected: 1 }])
  expect(same({ toString: 1 }, { valueOf: 1 })).toBe(false)
})

test('numbers are compared as the node printed them', () => {
  expect(atLeast('8192', 8192, 'x').status).toBe('pass')
  expect(atLeast('8191', 8192, 'x').status).toBe('fail')
  expect(atLeast('infinity', 1, 'x').status).toBe('fail')
  expect(atLeast('', 0, 'x').status).toBe('fail')
})

test('a set may lack nothing that is wanted and have nothing that is not allowed', () => {
  expect(contains(['a'], ['a', 'b'], 'x')).toMatchObject({ actual: { missing: ['b'], found: ['a'] } })
  expect(contains(['a', 'b', 'c'], ['a', 'b'], 'x').status).toBe('pass')
  expect(within(['a', 'c'], ['a', 'b'], 'x')).toMatchObject({ actual: ['c'] })
  expect(within([], ['a'], 'x').status).toBe('pass')
})

test('one of, a pattern, and nothing found', () => {
  expect(oneOf('a', ['a', 'b'], 'x').status).toBe('pass')
  expect(oneOf('c', ['a', 'b'], 'x').status).toBe('fail')
  expect(matches('v1.2', /^v1/, 'version 1', 'x').status).toBe('pass')
  expect(matches(undefined, /^v1/, 'version 1', 'x')).toMatchObject({
    actual: 'absent',
    expected: 'version 1',
  })
  expect(none([], 'no leftovers', 'x').status).toBe('pass')
  expect(none(['a'], 'no leftovers', 'x')).toMatchObject({ actual: ['a'], expected: 'no leftovers' })
})

test('one failure stands for itself, and several hide none of each other', () => {
  expect(all(pass(), fail(1, 2, 'a'))).toEqual(fail(1, 2, 'a'))
  expect(all(fail(1, 2, 'a'), pass(), fail(3, 4, 'b'))).toEqual(fail({ a: 1, b: 3 }, { a: 2, b: 4 }, 'a; b'))
  expect(all(pass('x'), pass())).toEqual(pass('x'))
})

test('a need for a person is not lost among passes, and is not louder than a failure', () => {
  expect(all(pass(), manual('look')).status).toBe('manual')
  expect(all(fail(1, 2, 'a'), manual('look')).status).toBe('fail')
})

test('nothing looked at is never fine', () => {
  expect(each([], 'plugins', 'ctr plugins ls', () => pass())).toEqual(
    fail('none', 'at least one of: plugins', 'ctr plugins ls'),
  )
  expect(each([1, 2], 'plugins', 'x', (n) => equal(n, 1, `item ${n}`)).status).toBe('fail')
})
