import { expect, test } from 'vitest'
import { deepMerge, mergePatch } from '../../src/lib/merge.ts'

test('tables merge, and everything else of the second wins, empty values included', () => {
  const base = { a: { x: 1, y: 2 }, b: [1, 2], c: true, d: 'text', e: { z: 1 } }
  const patch = { a: { y: 0 }, b: [], c: false, d: '', e: {}, f: null }
  expect(deepMerge(base, patch)).toEqual({
    a: { x: 1, y: 0 },
    b: [],
    c: false,
    d: '',
    e: { z: 1 },
    f: null,
  })
})

test('a type that changes is replaced', () => {
  expect(deepMerge({ a: { x: 1 }, b: 1 }, { a: 'oops', b: { x: 1 } })).toEqual({ a: 'oops', b: { x: 1 } })
})

test('a merge patch deletes by null and replaces lists', () => {
  expect(mergePatch({ a: { b: 1, c: 2 }, l: [1] }, { a: { b: null }, l: [2] })).toEqual({
    a: { c: 2 },
    l: [2],
  })
  expect(mergePatch({ a: 1 }, { a: { b: null, c: 1 } })).toEqual({ a: { c: 1 } })
})

type Merge = (base: Readonly<Record<string, unknown>>, patch: Readonly<Record<string, unknown>>) => unknown
const merges: readonly Merge[] = [deepMerge, mergePatch]

test.for(merges)('a key named __proto__ merges as any other', (merge) => {
  const patch = JSON.parse(
    '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
  )
  const merged = merge(JSON.parse('{"__proto__": {"other": 1}}'), patch)
  expect(Object.keys(Object(merged))).toEqual(['__proto__', 'constructor'])
  expect(JSON.stringify(merged)).toContain('{"other":1,"polluted":true}')
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})
