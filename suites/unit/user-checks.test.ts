import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checks as house } from '../../src/checks/index.ts'
import { parseEvidence } from '../../src/facts/index.ts'
import { loadChecks } from '../../src/run/catalogue.ts'
import { judge } from '../../src/run/judge.ts'
import { runVerb, thisProcess } from '../../src/run/run-verb.ts'
import { readSpec } from '../../src/run/spec-file.ts'

const evidence = parseEvidence(readFileSync('fixtures/evidence/docker-node.json'), 'docker-node.json')
const spec = readSpec('fixtures/specs/docker-node.json')

/** A check as text; `more` comes last and wins. */
const rule = (id: string, more = '') =>
  `{ id: '${id}', title: 'It holds', phase: 'image', severity: 'high', tags: ['ours'], fix: 'Repair it.', verify: () => ({ status: 'pass' }), ${more} }`

const folder = (files: Readonly<Record<string, string>>): string => {
  const dir = mkdtempSync(join(tmpdir(), 'amiproof-ours-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  return dir
}

const run = async (cwd: string, [word = '', ...args]: readonly string[]) => {
  let stdout = ''
  let stderr = ''
  const status = await runVerb(word, args, {
    ...thisProcess(),
    env: {},
    cwd,
    out: (text) => {
      stdout += text
    },
    err: (text) => {
      stderr += text
    },
  })
  return { status, stdout, stderr }
}

/** What each check of a module ends in on the recorded node. */
const judged = (text: string, limits = { loadMs: 20_000, callMs: 10_000 }) => {
  const path = join(folder({ 'ours.mts': text }), 'ours.mts')
  const ours = loadChecks([path], limits).filter(({ id }) => id.startsWith('ours/'))
  return judge(evidence, spec, ours).results.map(({ rule: _, evidence: __, ...outcome }) => outcome)
}

test('every check that is exported is registered, alone, in a list or as the default; what is no check is left alone', async () => {
  const dir = folder({
    'amiproof.toml': 'checks = ["./checks/ours.mts"]',
    'checks/ours.mts': `
      import { check } from 'amiproof'
      import { shared } from './shared.mts'
      type Unused = string
      export const limit: number = 3
      export const help = (text: string): string => text
      export const names = ['a', 'b']
      export const alone = check(${rule('ours/alone')})
      export const list = [${rule('ours/first')}, ${rule('ours/second')}]
      export { shared }
      export default alone`,
    'checks/shared.mts': `export const shared = ${rule('ours/shared')}`,
  })
  const { status, stdout, stderr } = await run(dir, ['list', 'checks', '--suite', 'ours', '--json'])
  expect([status, stderr]).toEqual([0, ''])
  expect(JSON.parse(stdout).map(([id]: readonly string[]) => id)).toEqual([
    'ours/alone',
    'ours/first',
    'ours/second',
    'ours/shared',
  ])
  expect((await run(dir, ['explain', 'ours/alone'])).stdout).toMatch(/^ours\/alone\n {2}It holds\n/)
})

test.for(['ours.js', 'ours.mjs', 'ours.ts', 'ours.mts'])('a module may be called %s', (name) => {
  const dir = folder({ 'package.json': '{"type":"module"}', [name]: `export const a = ${rule('ours/a')}` })
  expect(loadChecks([join(dir, name)]).map(({ id }) => id)).toContain('ours/a')
})

/** What can be wrong with a module, and the sentence that says so. */
const wrong: readonly (readonly [text: string, sentence: string | RegExp])[] = [
  ['export const a = {\n  b: 1\n  c: 2\n}', "line 3: syntax error: Expected ',', got 'ident'"],
  ['const a = 1\nconst a = 2\nexport {}', "line 2: syntax error: Identifier 'a' has already been declared"],
  ['export enum A { x }', /^line 1: TypeScript enum is not supported .*erasableSyntaxOnly/],
  ['\nclass A { constructor(readonly a: string) {} }', /^line 2: TypeScript parameter property is not/],
  ['export const a = await 1', /awaits at its top level/],
  ['\nthrow new Error("boom\\nand more")', 'line 2: it threw boom and more'],
  ['throw undefined', 'it threw undefined'],
  ['while (true) {}', 'loading it took longer than 30 s and was stopped'],
  ["import { x } from './shared'\nexport { x }", /^Cannot find module .*\.\/shared\.ts/],
  ["import { Check } from 'amiproof'", /^line 1: .* named 'Check'; a type is imported by "import type"/],
  ['export {}', /^it exports no check; /],
  ['export const limit = 3', /^it exports no check; /],
  ["export const a = { id: 'ours/a', title: 't' }", 'export a lacks severity, phase, tags, fix, verify'],
  [`export const a = [${rule('ours/a')}, 3]`, 'export a[1]: expected a check, found a number'],
  [`export const a = ${rule('noslash')}`, /^export a\.id: expected subject\/what-must-hold/],
  [`export const a = ${rule('ours/with blank')}`, /^export a\.id: expected subject\/what-must-hold/],
  [`export const a = ${rule('ours/a', 'title: 3')}`, 'export a.title: expected text'],
  [`export const a = ${rule('ours/a', "fix: ' '")}`, 'export a.fix: expected text, found none'],
  [
    `export const a = ${rule('ours/a', "severity: 'hihg'")}`,
    'export a.severity: "hihg" is none of critical, high, medium, low, did you mean high?',
  ],
  [
    `export const a = ${rule('ours/a', "phase: 'later'")}`,
    /^export a\.phase: "later" is none of image, boot/,
  ],
  [`export const a = ${rule('ours/a', "needs: ['gpus']")}`, /^export a\.needs\[0\]: "gpus" .*mean gpu\?$/],
  [
    `export const a = ${rule('ours/a', "about: 'aws'")}`,
    /^export a\.about: "aws" is none of image, instance/,
  ],
  [`export const a = ${rule('ours/a', 'tags: []')}`, 'export a.tags: expected at least one tag'],
  [`export const a = ${rule('ours/a', "tags: 'ours'")}`, 'export a.tags: expected a list'],
  [`export const a = ${rule('ours/a', "tags: ['a b']")}`, /^export a\.tags\[0\]: expected a tag without/],
  [`export const a = ${rule('ours/a', 'verify: true')}`, 'export a.verify: expected a function'],
  [`export const a = ${rule('ours/a', 'applies: true')}`, 'export a.applies: expected a function'],
  [
    `export const a = ${rule('ours/a', 'need: []')}`,
    'export a.need: there is no such field, did you mean needs?',
  ],
  [`export const a = ${rule('ours/a', "controls: ['B-1']")}`, /^export a\.controls\[0\]: expected \{ fram/],
  [
    `export const a = ${rule('ours/a', "controls: [{ framework: 'acme', ids: 'B-1', id: 'B-1' }]")}`,
    'export a.controls[0].ids: there is no such field, did you mean id?',
  ],
  [`export const a = ${rule('ours/a')}.map(1)`, /^line 1: it threw .* is not a function/],
  [
    `export const a = ${rule('ours/a', "get title() { throw new Error('no title') }")}`,
    'export a cannot be read: no title',
  ],
]

describe('a module that is wrong ends with 3 and one sentence', () => {
  const slow = wrong.filter(([text]) => text.startsWith('while'))
  test.for(wrong.filter((one) => !slow.includes(one)))(
    '%s',
    { timeout: 30_000 },
    async ([text, sentence]) => {
      const dir = folder({ 'amiproof.toml': 'checks = ["./ours.mts"]', 'ours.mts': text })
      const { status, stdout, stderr } = await run(dir, ['list', 'checks'])
      expect([status, stdout]).toEqual([3, ''])
      const [, why = stderr, ...more] = stderr.split(`cannot load the checks of ${join(dir, 'ours.mts')}: `)
      expect(more).toEqual([])
      expect(why.trimEnd()).toEqual(typeof sentence === 'string' ? sentence : expect.stringMatching(sentence))
      expect(why.trimEnd().split('\n')).toHaveLength(1)
    },
  )
  test('while (true) {}', () => {
    const path = join(folder({ 'ours.mts': 'while (true) {}' }), 'ours.mts')
    expect(() => loadChecks([path], { loadMs: 300, callMs: 1 })).toThrow(
      `cannot load the checks of ${path}: loading it took longer than 0.3 s and was stopped`,
    )
  })
})

test.for([
  ['there is no such file', 'checks = ["./none.ts"]', {}],
  ['it is no file', 'checks = ["./sub"]', { 'sub/a.ts': '' }],
  [
    'a module of checks ends in .ts, .mts, .js, .mjs, not in ".json"',
    'checks = ["a.json"]',
    { 'a.json': '{}' },
  ],
  [
    'Node takes no types away below node_modules',
    'checks = ["node_modules/a.ts"]',
    { 'node_modules/a.ts': 'let a: 1' },
  ],
  [
    'so call it .mts or .mjs',
    'checks = ["a.ts"]',
    { 'package.json': '{"type":"commonjs"}', 'a.ts': `export const a: object = ${rule('ours/a')}` },
  ],
] as const)('what is no module of checks is refused: %s', async ([sentence, toml, files]) => {
  const { status, stderr } = await run(folder({ 'amiproof.toml': toml, ...files }), ['list', 'suites'])
  expect(status).toBe(3)
  expect(stderr).toContain(sentence)
})

test('an id of the house, or of another export, is refused with both places', () => {
  const [taken] = house
  const dir = folder({
    'a.mts': `export const a = ${rule('ours/a')}`,
    'b.mts': `export const b = ${rule('ours/a')}`,
    'c.mts': `export const c = ${rule(taken?.id ?? '')}`,
  })
  const at = (name: string) => join(dir, name)
  expect(() => loadChecks([at('a.mts'), at('b.mts')])).toThrow(
    `cannot load the checks of ${at('b.mts')}, export b: two checks are called ours/a, the other is of ${at('a.mts')}, export a; rename this one`,
  )
  expect(() => loadChecks([at('c.mts')])).toThrow(`${taken?.id}, the other is of amiproof; rename this one`)
  expect(loadChecks([at('a.mts'), at('a.mts')]).filter(({ id }) => id === 'ours/a')).toHaveLength(1)
})

test('checks of users end in the six outcomes, and what is none is an error', () => {
  const outcome = (more: string) => judged(`export const a = ${rule('ours/a', more)}`)[0]
  expect(outcome('')).toEqual({ status: 'pass' })
  expect(outcome("verify: () => ({ status: 'fail', actual: 1, expected: 2 })")).toMatchObject({
    status: 'fail',
  })
  expect(outcome('applies: () => false')).toMatchObject({ status: 'notApplicable' })
  expect(outcome("needs: ['gpu']")).toMatchObject({ status: 'unproven' })
  expect(outcome("verify: () => ({ status: 'manual', reason: 'look' })")).toMatchObject({ status: 'manual' })
  const error = (message: string) => ({ status: 'error', message: expect.stringContaining(message) })
  expect(outcome("verify: () => { throw new Error('broke') }")).toEqual(error('broke'))
  expect(outcome('verify: () => { throw null }')).toEqual(error('null'))
  expect(outcome("verify: () => 'pass'")).toEqual(error('the check returned no verdict'))
  expect(outcome("verify: () => ({ status: 'notApplicable' })")).toEqual(error('no verdict'))
  expect(outcome("verify: async () => { throw new Error('later') }")).toEqual(
    error('verify returned a promise'),
  )
  expect(outcome('verify: ({ facts }) => facts.sysctls.x')).toEqual(
    error('called sysctls, did you mean sysctl?'),
  )
  expect(outcome("applies: () => 'yes'")).toEqual(error('applies returned "yes", expected true or false'))
})

test('a check that never ends is stopped, is an error, and the others go on', () => {
  const text = `
    export const a = ${rule('ours/a', 'verify: () => { for (;;) { try { for (;;) {} } catch {} } }')}
    export const b = ${rule('ours/b', 'applies: () => { for (;;) {} }')}
    export const c = ${rule('ours/c')}`
  expect(judged(text, { loadMs: 20_000, callMs: 200 })).toEqual([
    { status: 'error', message: 'verify did not end within 0.2 s and was stopped' },
    { status: 'error', message: expect.stringContaining('applies did not end within 0.2 s and was stopped') },
    { status: 'pass' },
  ])
})

test('a check cannot change what the others see', () => {
  const text = `
    export const a = ${rule('ours/a', "verify: ({ facts }) => { facts.sysctl['kernel.ours'] = '1' }")}
    export const b = ${rule('ours/b', 'verify: ({ facts }) => { facts.accounts.users.length = 0 }')}
    export const c = ${rule('ours/c', "verify: ({ spec }) => { spec.image.kubernetes = '1.1.1' }")}
    export const d = ${rule('ours/d', "applies: (spec) => { spec.image.variant = 'nvidia'; return true }")}
    export const e = ${rule('ours/e', 'verify: ({ facts }) => { facts.sysctl = {} }')}
    export const z = ${rule('ours/z', "verify: ({ spec, facts }) => ({ status: 'pass', actual: [spec.image.kubernetes, facts.sysctl['kernel.ours'] ?? 'as it was', facts.accounts.users.length > 0] })")}`
  const results = judged(text)
  expect(results.map(({ status }) => status)).toEqual(['error', 'error', 'error', 'error', 'error', 'pass'])
  expect(results.at(-1)).toMatchObject({ actual: [spec.image.kubernetes, 'as it was', true] })
})

test('a check that reads every fact changes nothing for the checks of the house', () => {
  const greedy = `verify: ({ facts }) => ({ status: 'pass', actual: Object.keys(facts).map((name) => { try { return typeof facts[name] } catch { return 'unread' } }) })`
  const path = join(folder({ 'ours.mts': `export const a = ${rule('aaa/first', greedy)}` }), 'ours.mts')
  const [first, ...rest] = loadChecks([path]).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  expect(first?.id).toBe('aaa/first')
  expect(judge(evidence, spec, loadChecks([path]).slice(-1).concat(rest)).results.slice(1)).toEqual(
    judge(evidence, spec, rest).results,
  )
})

const acme = {
  id: 'acme',
  title: 'Acme',
  version: '1',
  complete: true,
  controls: [{ id: 'B-1', title: 'One' }],
}

test.for([
  ['{', /^it is not JSON: /],
  ['[]', /Invalid input: expected object/],
  [JSON.stringify({ ...acme, id: undefined }), /^id: expected text/],
  [JSON.stringify({ ...acme, id: 'Acme One' }), /^id: expected lower case/],
  [JSON.stringify({ ...acme, id: 'trace' }), /^id: trace is already a framework of amiproof/],
  [JSON.stringify({ ...acme, complete: 'yes' }), /^complete: expected true or false/],
  [JSON.stringify({ ...acme, titel: 'x' }), /^titel: there is no such field, did you mean title\?/],
  [JSON.stringify({ ...acme, controls: [] }), /^controls: expected at least one control/],
  [JSON.stringify({ ...acme, controls: [{ id: 'B-1' }] }), /^controls\[0\]\.title: expected text/],
  [
    JSON.stringify({ ...acme, controls: [...acme.controls, ...acme.controls] }),
    /^controls\[1\]\.id: B-1 is listed twice/,
  ],
] as const)('a framework that is wrong ends with 3 and one sentence: %s', async ([text, sentence]) => {
  const dir = folder({ 'amiproof.toml': 'frameworks = ["./acme.json"]', 'acme.json': text })
  const { status, stderr } = await run(dir, ['list', 'frameworks'])
  expect(status).toBe(3)
  const [, why = stderr] = stderr.split(`cannot load the framework of ${join(dir, 'acme.json')}: `)
  expect(why.trimEnd()).toMatch(sentence)
  expect(why.trimEnd().split('\n')).toHaveLength(1)
})

test('a framework that is not there is refused', async () => {
  const { status, stderr } = await run(folder({ 'amiproof.toml': 'frameworks = ["./none.json"]' }), [
    'list',
    'checks',
  ])
  expect(status).toBe(3)
  expect(stderr).toMatch(/^cannot load the framework of .*none\.json: ENOENT/)
})

test('a complete framework refuses controls that it has not, an incomplete one does not know', async () => {
  const files = (complete: boolean) => ({
    'amiproof.toml': 'checks = ["ours.mts"]\nframeworks = ["acme.json"]',
    'acme.json': JSON.stringify({ ...acme, complete }),
    'ours.mts': `export const a = ${rule('ours/a', "controls: [{ framework: 'acme', id: 'B-2' }]")}`,
  })
  const { status, stderr } = await run(folder(files(true)), ['list', 'frameworks'])
  expect(status).toBe(3)
  expect(stderr).toMatch(/export a: controls\[0\]\.id: acme has no control "B-2", did you mean B-1\?\n$/)
  expect((await run(folder(files(false)), ['list', 'frameworks'])).stdout).toMatch(
    /^acme +0 of 1 listed controls have a check +Acme +version 1$/m,
  )
})
