import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { maxPodsVerb } from '../../src/run/max-pods.ts'

const page = readFileSync('docs/max-pods.md', 'utf8')
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, text]) => text ?? '',
  )

test('the page has blocks to run', () => {
  expect(blocks('ts').length).toBeGreaterThan(8)
  expect(blocks('console').length).toBe(2)
})

test('every TypeScript block prints what its comments say', { timeout: 60_000 }, () => {
  const library = pathToFileURL(resolve('src/index.ts')).href
  const folder = mkdtempSync(join(tmpdir(), 'amiproof-docs-'))
  // One process for all blocks: each is a module of its own, and a line between them tells their output apart.
  const files = blocks('ts').map((block, i) => {
    const file = join(folder, `block-${i}.ts`)
    writeFileSync(file, block.replaceAll("from 'amiproof'", `from '${library}'`))
    return file
  })
  const all = join(folder, 'all.ts')
  writeFileSync(
    all,
    files.map((file) => `await import('${pathToFileURL(file).href}')\nconsole.log('====')\n`).join(''),
  )
  const printed = execFileSync(process.execPath, [all], { encoding: 'utf8' }).split('====\n')
  const said = blocks('ts').map((block) =>
    [...block.matchAll(/ \/\/ → (.*)$/gm)].map(([, value]) => `${value}\n`).join(''),
  )
  expect(said.every((values) => values !== '')).toBe(true)
  expect(printed.slice(0, -1)).toEqual(said)
})

test.for(blocks('console').map((block) => [block.split('\n')[0] ?? '', block] as const))(
  '%s prints what the page shows',
  async ([, block]) => {
    const [command = '', ...shown] = block.split('\n')
    const argv = command.replace(/^\$ amiproof max-pods /, '').split(' ')
    let out = ''
    const io = {
      out: (text: string) => {
        out += text
      },
      err: () => undefined,
    }
    expect(await maxPodsVerb(argv, io)).toBe(0)
    expect(out).toBe(shown.join('\n'))
  },
)
