import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AmiproofError } from '../../src/lib/errors.ts'
import { settle } from '../../src/run/config.ts'

const folder = (files: Readonly<Record<string, string>>): string => {
  const dir = mkdtempSync(join(tmpdir(), 'amiproof-config-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  return dir
}
const complaint = (files: Readonly<Record<string, string>>): string => {
  const dir = folder(files)
  try {
    settle({}, {}, dir)
  } catch (error) {
    if (error instanceof AmiproofError && error.kind === 'config')
      return error.message.replaceAll(`${dir}/`, '')
    throw error
  }
  return ''
}
const waiver = '[[waiver]]\ncheck = "a/b"\nreason = "r"\nowner = "o"\n'

test('without a file, a variable or a flag, everything has its default', () => {
  const dir = folder({})
  expect(settle({}, {}, dir)).toEqual({
    targets: [],
    suites: [],
    out: join(dir, 'reports'),
    junit: 'strict',
    format: 'text',
    acceptInferred: false,
    log: 'text',
    checkModules: [],
    frameworkFiles: [],
    waivers: [],
  })
})

test('a flag wins over a variable, and a variable over the file', () => {
  const dir = folder({
    'amiproof.toml': 'suites = ["file"]\njunit = "rich"\nlog = "json"\nout = "o"\nspec = "s.json"\n',
  })
  const env = { AMIPROOF_SUITES: 'env,two', AMIPROOF_LOG: 'text', AMIPROOF_SPEC: 'env.json' }
  expect(settle({ suites: ['flag'] }, env, dir)).toMatchObject({
    suites: ['flag'],
    log: 'text',
    junit: 'rich',
    out: join(dir, 'o'),
    spec: join(dir, 'env.json'),
  })
  expect(settle({}, env, dir).suites).toEqual(['env', 'two'])
  expect(settle({}, {}, dir)).toMatchObject({ suites: ['file'], log: 'json', spec: join(dir, 's.json') })
})

test('paths in the file are relative to the file, wherever it is read from', () => {
  const dir = folder({ 'ours.toml': 'spec = "specs/a.json"\nchecks = ["./ours.ts"]\n' })
  expect(settle({ config: join(dir, 'ours.toml') }, {}, '/')).toMatchObject({
    spec: join(dir, 'specs/a.json'),
    checkModules: [join(dir, 'ours.ts')],
    frameworkFiles: [],
  })
})

test('waivers come from the file and from the files it names, quoted days and TOML days alike', () => {
  const dir = folder({
    'amiproof.toml': `waivers = ["more.toml"]\n${waiver}until = 2027-01-31\n`,
    'more.toml': `${waiver}until = "2027-02-28"\nscope = { kubernetes = "1.35" }\n`,
  })
  expect(settle({}, {}, dir).waivers).toEqual([
    { check: 'a/b', reason: 'r', owner: 'o', until: '2027-01-31' },
    { check: 'a/b', reason: 'r', owner: 'o', until: '2027-02-28', scope: { kubernetes: '1.35' } },
  ])
})

test.for([
  ['suits = ["a"]\n', 'amiproof.toml:1: unknown key suits; did you mean suites?'],
  [
    `junit = "strict"\n\n${waiver}unti = 2027-01-31\n`,
    'amiproof.toml:7: unknown key waiver[0].unti; did you mean until?\namiproof.toml:3: waiver[0]: ends with until or reviewBy, not both and not neither',
  ],
  [
    'xyzzy = 1\n',
    'amiproof.toml:1: unknown key xyzzy; known here: targets, spec, suites, out, junit, requireProof, acceptInferred, log, checks, frameworks, waivers, waiver',
  ],
  ['\njunit = "loose"\n', 'amiproof.toml:2: junit: Invalid option: expected one of "strict"|"rich"'],
  [`${waiver}until = "31.01.2027"\n`, 'amiproof.toml:5: waiver[0].until: expected a day as YYYY-MM-DD'],
  [
    `${waiver}until = 2027-01-31T00:00:00Z\n`,
    'amiproof.toml:5: waiver[0].until: expected a day as YYYY-MM-DD',
  ],
  [`${waiver}until = "2027-02-30"\n`, 'amiproof.toml:5: waiver[0].until: expected a day as YYYY-MM-DD'],
  [`${waiver}`, 'amiproof.toml:1: waiver[0]: ends with until or reviewBy, not both and not neither'],
  [
    `${waiver}reviewBy = 2027-01-31\n`,
    'amiproof.toml:1: waiver[0].compensatedBy: reviewBy needs compensatedBy, the check that has to pass meanwhile',
  ],
  [
    `${waiver}until = 2027-01-31\ncontrol = { framework = "f", id = "1" }\n`,
    'amiproof.toml:1: waiver[0]: names one check or one control, not both and not neither',
  ],
  [
    `${waiver.replace('"o"', '" "')}until = 2027-01-31\n`,
    'amiproof.toml:4: waiver[0].owner: Too small: expected string to have >=1 characters',
  ],
  [
    `${waiver}until = 2027-01-31\n[waiver.scope]\nkubernetes = "v1.35"\n`,
    'amiproof.toml:7: waiver[0].scope.kubernetes: expected a Kubernetes minor such as "1.35"',
  ],
  ['a = = 1\n', /^cannot read amiproof\.toml at line 1, column \d as TOML: Unexpected character/],
  ['__proto__ = 1\n', /^amiproof\.toml:1: unknown key __proto__; known here/],
  ['waivers = ["absent.toml"]\n', /^cannot read absent\.toml: ENOENT/],
] as const)('%j is refused with the file, the line, the key and the nearest known one', ([text, message]) => {
  if (typeof message === 'string') expect(complaint({ 'amiproof.toml': text })).toBe(message)
  else expect(complaint({ 'amiproof.toml': text })).toMatch(message)
})

test('a configuration file that was asked for has to be there', () => {
  expect(() => settle({ config: 'absent.toml' }, {}, folder({}))).toThrow(
    /cannot read .*absent\.toml: ENOENT/,
  )
})

test.for([
  [{ AMIPROOF_REQUIRE_PROOF: 'yes' }, 'AMIPROOF_REQUIRE_PROOF=yes is neither true nor false'],
  [{ AMIPROOF_JUNIT: 'loose' }, 'junit cannot be "loose": it is strict or rich'],
] as const)('%j is refused', ([env, message]) => {
  expect(() => settle({}, env, folder({}))).toThrow(message)
})

test('an empty variable says nothing', () => {
  expect(settle({}, { AMIPROOF_SUITES: '', AMIPROOF_REQUIRE_PROOF: '' }, folder({}))).not.toHaveProperty(
    'requireProof',
  )
})
