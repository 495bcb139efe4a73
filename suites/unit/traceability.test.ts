import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { pages, traceItems, traceProofs } from '../../scripts/docs.ts'
import { checksOf } from '../../scripts/traceability-page.ts'
import { checks } from '../../src/checks/index.ts'

const items = traceItems()
const proofs = traceProofs()
const ids = new Set(items.map(({ id }) => id))

test('all 209 items of the source documents are listed, each once', () => {
  expect(items).toHaveLength(209)
  expect(ids.size).toBe(209)
})

test('every item is carried by a check, a file that exists, or a named area of work', () => {
  const nowhere = items.filter(
    ({ id, carriedBy }) => carriedBy.length === 0 && !proofs[id] && checksOf(id, checks).length === 0,
  )
  expect(nowhere.map(({ id }) => id)).toEqual([])
  const files = items.flatMap(({ carriedBy }) => carriedBy.filter((one) => !one.startsWith('area ')))
  expect(files.filter((file) => !existsSync(file))).toEqual([])
})

test('every item of the library is proved by tests that exist, and no other item is in their list', () => {
  const library = items.filter(({ kinds }) => kinds.includes('R')).map(({ id }) => id)
  expect(Object.keys(proofs)).toEqual(library)
  const named = Object.entries(proofs).flatMap(([id, tests]) => tests.map((proof) => ({ id, ...proof })))
  const isThere = (file: string, name: string): boolean => {
    if (!existsSync(file)) return false
    const text = readFileSync(file, 'utf8')
    return [`'${name}'`, `"${name}"`].some((title) => text.includes(title))
  }
  expect(named.filter(({ file, test: name }) => !isThere(file, name))).toEqual([])
  expect(Object.values(proofs).filter((tests) => tests.length === 0)).toEqual([])
})

test('no check names an item that does not exist', () => {
  const named = checks.flatMap(({ id, controls = [] }) =>
    controls.filter(({ framework }) => framework === 'trace').map((control) => `${control.id} in ${id}`),
  )
  expect(named.filter((one) => !ids.has(one.split(' ')[0] ?? ''))).toEqual([])
})

test.for(Object.entries(pages()))(
  'docs/%s is what the catalogue says; `node scripts/docs.ts` writes it',
  ([name, text]) => {
    expect(readFileSync(`docs/${name}`, 'utf8')).toBe(text)
  },
)
