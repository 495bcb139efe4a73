import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deepMerge, mergePatch } from '../../src/lib/merge.ts'
import { runs } from './runs.ts'

type Doc = Readonly<Record<string, unknown>>

const scalar = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.string({ maxLength: 3 }),
  fc.array(fc.integer(), { maxLength: 2 }),
)

/** Keys in capitals are always tables, the others never: types are stable. */
const docOf = (leaf: fc.Arbitrary<unknown>): fc.Arbitrary<Doc> =>
  fc.letrec<{ doc: Doc }>((tie) => ({
    doc: fc
      .tuple(
        fc.dictionary(fc.constantFrom('a', 'b', 'c'), leaf, { maxKeys: 3 }),
        fc.option(fc.dictionary(fc.constantFrom('A', 'B'), tie('doc'), { maxKeys: 2 }), { nil: {}, freq: 2 }),
      )
      .map(([leaves, tables]) => ({ ...leaves, ...tables })),
  })).doc
const stable = docOf(scalar)
const withNulls = docOf(fc.oneof(scalar, fc.constant(null)))
const wild: fc.Arbitrary<Doc> = fc
  .oneof(
    withNulls,
    fc.object({
      maxDepth: 3,
      key: fc.constantFrom('a', 'A', '__proto__', 'constructor', 'prototype', 'toString'),
    }),
  )
  .map((doc) => JSON.parse(JSON.stringify(doc)))
const patch = (base: unknown, ...patches: readonly unknown[]): unknown => patches.reduce(mergePatch, base)

test("nodeadm's merge is associative where types are stable", () => {
  fc.assert(
    fc.property(stable, stable, stable, (a, b, c) => {
      expect(deepMerge(deepMerge(a, b), c)).toEqual(deepMerge(a, deepMerge(b, c)))
    }),
    runs,
  )
})

test('merging the same again changes nothing, whatever it is', () => {
  fc.assert(
    fc.property(wild, wild, (base, over) => {
      const once = deepMerge(base, over)
      expect(deepMerge(once, over)).toEqual(once)
      expect(patch(base, over, over)).toEqual(patch(base, over))
    }),
    runs,
  )
})

test('an empty table changes nothing, on either side', () => {
  fc.assert(
    fc.property(wild, (doc) => {
      expect(deepMerge(doc, {})).toEqual(doc)
      expect(deepMerge({}, doc)).toEqual(doc)
      expect(mergePatch(doc, {})).toEqual(doc)
    }),
    runs,
  )
})

test('a merge patch without nulls is associative where types are stable, and is the same as a merge', () => {
  fc.assert(
    fc.property(stable, stable, stable, (a, b, c) => {
      expect(patch(a, b, c)).toEqual(patch(a, mergePatch(b, c)))
      expect(mergePatch(a, b)).toEqual(deepMerge(a, b))
    }),
    runs,
  )
})

test('a null deletes in a merge patch, and stays a null in a merge', () => {
  fc.assert(
    fc.property(stable, fc.constantFrom('a', 'b', 'A'), (doc, key) => {
      expect(Object.keys(Object(mergePatch(doc, { [key]: null })))).not.toContain(key)
      expect(deepMerge(doc, { [key]: null })).toHaveProperty(key, null)
    }),
    runs,
  )
})

const renamed = (doc: Doc): Doc =>
  Object.fromEntries(Object.entries(doc).map(([key, value]) => [`other-${key}`, value]))

test('patches of different keys commute', () => {
  fc.assert(
    fc.property(wild, withNulls, withNulls, (base, one, two) => {
      const other = renamed(two)
      expect(patch(base, one, other)).toEqual(patch(base, other, one))
      expect(deepMerge(deepMerge(base, one), other)).toEqual(deepMerge(deepMerge(base, other), one))
    }),
    runs,
  )
})

test('neither merge leaves a mark on prototypes or on what it is given', () => {
  fc.assert(
    fc.property(wild, wild, (base, over) => {
      const before = JSON.stringify([base, over])
      deepMerge(base, over)
      mergePatch(base, over)
      expect(JSON.stringify([base, over])).toBe(before)
      expect(Object.keys(Object.prototype)).toEqual([])
      expect(Reflect.get({}, 'a')).toBeUndefined()
    }),
    runs,
  )
})
