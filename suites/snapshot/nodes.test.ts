import { readdirSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { renderNode } from '../../src/render/index.ts'
import type { NodeFile } from '../../src/render/node-file.ts'
import { parseNodeSpec } from '../../src/spec/parse-node-spec.ts'
import { type Case, cases } from './cases.ts'

const home = 'snapshots/nodes'

const render = ({ spec, options }: Case): readonly NodeFile[] => renderNode(parseNodeSpec(spec), options)

/** What `ls -l` of the node would show, and when each file gets there. */
const manifest = (files: readonly NodeFile[]): string =>
  files
    .map(
      ({ mode, owner, phase, format, path }) =>
        `${mode} ${owner} ${phase.padEnd(5)} ${format.padEnd(6)} ${path}\n`,
    )
    .join('')

test.for(cases)('$name', async (each) => {
  const files = render(each)
  for (const { path, text } of files)
    await expect(text).toMatchFileSnapshot(resolve(home, each.name, `.${path}`))
  await expect(manifest(files)).toMatchFileSnapshot(resolve(home, each.name, 'MANIFEST'))
})

test('every file under snapshots/nodes belongs to a case: remove the others', () => {
  const kept = new Set(
    cases.flatMap((each) => [
      `${each.name}/MANIFEST`,
      ...render(each).map(({ path }) => `${each.name}${path}`),
    ]),
  )
  const found = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(home, join(entry.parentPath, entry.name)))
  expect(found.filter((path) => !kept.has(path))).toEqual([])
})

test('names of cases are unique, and there are enough of them', () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
  expect(cases.length).toBeGreaterThanOrEqual(40)
})
