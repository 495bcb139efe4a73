import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { looksAt } from '../../scripts/looks-at.ts'
import { probes } from '../../src/facts/index.ts'

const read = looksAt()

test('what each check looks at is noted as it is read', () => {
  expect(JSON.parse(readFileSync('src/checks/looks-at.json', 'utf8'))).toEqual(read)
})

test('every check looks at something that is collected', () => {
  expect(
    Object.entries(read)
      .filter(([, names]) => names.length === 0)
      .map(([id]) => id),
  ).toEqual([])
  expect(
    Object.values(read)
      .flat()
      .filter((name) => !Object.hasOwn(probes, name)),
  ).toEqual([])
})
