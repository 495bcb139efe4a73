import { execFileSync, spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/**
 * Every example of the README and the docs is run.
 * - `ts`: a program, in which `'amiproof'` is this checkout; each comment `// → value` says what a line of it prints.
 * - `console`: lines that start with `$ amiproof`, each followed by what it prints, where a line `…` stands for any lines.
 */
interface Block {
  readonly page: string
  readonly line: number
  readonly language: string
  readonly text: string
}

const blocks: readonly Block[] = ['README.md', ...globSync('docs/*.md')].flatMap((page) => {
  const markdown = readFileSync(page, 'utf8')
  return [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map((match) => ({
    page,
    line: markdown.slice(0, match.index).split('\n').length,
    language: match[1] ?? '',
    text: match[2] ?? '',
  }))
})
const programs = blocks.filter(({ language }) => language === 'ts')
const sessions = blocks.filter(({ language }) => language === 'console')

const scratch = mkdtempSync(join(tmpdir(), 'amiproof-docs-'))
afterAll(() => rmSync(scratch, { recursive: true }))

/** One process for all programs: each is a module of its own, and a line between them tells their output apart. */
let printed: readonly string[] = []
beforeAll(() => {
  const library = pathToFileURL(resolve('src/index.ts')).href
  const files = programs.map(({ text }, at) => {
    const file = join(scratch, `program-${at}.ts`)
    writeFileSync(file, text.replaceAll("from 'amiproof'", `from '${library}'`))
    return file
  })
  const all = join(scratch, 'all.ts')
  writeFileSync(
    all,
    files.map((file) => `await import('${pathToFileURL(file).href}')\nconsole.log('====')\n`).join(''),
  )
  printed = execFileSync(process.execPath, [all], { encoding: 'utf8' }).split('====\n')
}, 60_000)

describe('what the programs of the docs print is what their comments say', () => {
  test.for(programs.map((block, at) => [`${block.page}:${block.line}`, block, at] as const))(
    '%s',
    ([, block, at]) => {
      const said = [...block.text.matchAll(/\/\/ → (.*)$/gm)].map(([, value]) => `${value}\n`).join('')
      expect(said).not.toBe('')
      expect(printed[at]).toBe(said)
    },
  )
})

/** A `console` block as its commands, each with the lines it shows. */
const commands = sessions.flatMap(({ page, line, text }) =>
  text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...shown] = part.trimEnd().split('\n')
      return { title: `${page}:${line} $ ${command}`, command, shown }
    }),
)

/** Whether the output is what is shown. */
const shows = (shown: readonly string[], output: readonly string[]): boolean => {
  const [first, ...rest] = shown
  if (first === undefined) return output.length === 0
  if (first.trim() !== '…') return output[0]?.trimEnd() === first.trimEnd() && shows(rest, output.slice(1))
  return Array.from({ length: output.length + 1 }, (_, skip) => skip).some((skip) =>
    shows(rest, output.slice(skip)),
  )
}

describe('what the commands of the docs print is what is shown', () => {
  test.for(commands)('$title', { timeout: 60_000 }, ({ command, shown }) => {
    const [program, ...args] = command.split(' ')
    expect(program).toBe('amiproof')
    const { stdout, stderr } = spawnSync(process.execPath, ['src/cli.ts', ...args], {
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    })
    const output = `${stdout}${stderr}`.trimEnd().split('\n')
    if (!shows(shown, output)) expect(output.join('\n')).toBe(shown.join('\n'))
  })
})

test('the pages have examples', () => {
  expect(programs.length).toBeGreaterThan(8)
  expect(commands.length).toBeGreaterThan(3)
})
