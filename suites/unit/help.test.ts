import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runFlags } from '../../src/run/flags.ts'
import { helpOf } from '../../src/run/help.ts'
import { verbs } from '../../src/run/verbs.ts'

/** The file that reads a verb's arguments; those of collect and init are read in one place. */
const readers: Readonly<Record<string, string>> = {
  collect: 'one-target',
  init: 'one-target',
  render: 'render-verb',
  lint: 'lint-verb',
  list: 'list',
  explain: 'explain',
}

test('every verb says what it takes', () => {
  expect([...Object.keys(helpOf), 'max-pods'].sort()).toEqual(Object.keys(verbs).sort())
})

test('help of gate names every flag of a run', () => {
  for (const flag of Object.keys(runFlags))
    expect(helpOf.gate).toMatch(new RegExp(`--(\\[no-\\])?${flag}\\b`))
})

test.for(Object.entries(readers))('help of %s names the flags that it reads', ([verb, file]) => {
  const source = readFileSync(`src/run/${file}.ts`, 'utf8')
  const flags = [...source.matchAll(/^\s+'?([\w-]+)'?: \{ type: '(?:string|boolean)'/gm)].map((m) => m[1])
  const inline = [...source.matchAll(/\{ ([\w-]+): \{ type: 'string' \}/g)].map((m) => m[1])
  const all = [...flags, ...inline]
  expect(all.length).toBeGreaterThan(0)
  for (const flag of all) expect(helpOf[verb]).toContain(`--${flag}`)
})
