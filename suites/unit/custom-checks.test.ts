import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** docs/custom-checks.md is the files of fixtures/custom-checks, which the compiler sees, and commands, which are run here. */
const page = readFileSync('docs/custom-checks.md', 'utf8')
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, text]) => text ?? '',
  )

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'amiproof-custom-'))
  cpSync('fixtures/custom-checks', dir, { recursive: true })
  cpSync('fixtures/specs/docker-node.json', join(dir, 'spec.json'))
  cpSync('fixtures/evidence/docker-node.json', join(dir, 'node.json'))
})
afterAll(() => rmSync(dir, { recursive: true }))

test.for([
  ['typescript', 'ours.ts'],
  ['json', 'baseline.json'],
  ['toml', 'amiproof.toml'],
] as const)('the %s of the page is %s', ([language, file]) => {
  expect(blocks(language)).toEqual([readFileSync(join('fixtures/custom-checks', file), 'utf8')])
})

/** The shown lines in parts that follow each other, with anything where `…` stands; the first and the last are at the ends. */
const pattern = (shown: readonly string[]): RegExp => {
  const escaped = shown.map((line) =>
    line === '…' ? '(?:.*\\n)*?' : `${line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\n`,
  )
  return new RegExp(`^${escaped.join('')}\\n*$`)
}

const commands = blocks('shell').flatMap((block) =>
  block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...shown] = part.trimEnd().split('\n')
      return { command, shown }
    }),
)

test('the page has commands', () => expect(commands).toHaveLength(4))

test.for(commands)('$command', { timeout: 60_000 }, ({ command, shown }) => {
  const { status, stdout } = spawnSync(
    process.execPath,
    [resolve('src/cli.ts'), ...command.split(' ').slice(1)],
    { cwd: dir, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', DOCKER_HOST: 'unix:///nowhere' } },
  )
  expect(status).toBe(0)
  expect(stdout).toMatch(pattern(shown))
})
