import { expect, test } from 'vitest'
import { checks, tagged } from '../../../src/checks/index.ts'

test('every check has an id of its own, of the form subject/what-must-hold', () => {
  const ids = checks.map(({ id }) => id)
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([])
  expect(ids.filter((id) => !/^[a-z0-9][a-z0-9-]*\/[a-z0-9][a-z0-9-]*$/.test(id))).toEqual([])
})

test('every title is one sentence without a full stop, and no two checks say the same', () => {
  const titles = checks.map(({ title }) => title)
  expect(titles.filter((title, i) => titles.indexOf(title) !== i)).toEqual([])
  expect(titles.filter((title) => !/^\S.{10,}[^.\s]$/.test(title))).toEqual([])
})

test('every check tells a release engineer what to do', () => {
  expect(checks.filter(({ fix }) => fix.length < 25 || !fix.endsWith('.')).map(({ id }) => id)).toEqual([])
})

test('a check that can be not applicable says why', () => {
  const silent = checks.filter(({ applies, unless }) => (applies === undefined) !== (unless === undefined))
  expect(silent.map(({ id }) => id)).toEqual([])
})

test('tags select by union', () => {
  expect(tagged('node').length).toBeGreaterThan(0)
  expect(new Set(tagged('node', 'no-such-tag'))).toEqual(new Set(tagged('node')))
  expect(tagged()).toEqual([])
})
