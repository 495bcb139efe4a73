import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AmiproofError } from '../../src/lib/errors.ts'
import { lintUserData } from '../../src/render/lint-user-data.ts'
import { loadNodeConfig, parseUserData } from '../../src/spec/user-data.ts'
import { runs } from './node-config-samples.ts'

/** Texts and bytes of the public vectors: what to mutate. */
const corpus = readFileSync('fixtures/vectors/nodeadm/nodeconfig-parse.jsonl', 'utf8')
  .trim()
  .split('\n')
  .flatMap((line) => [...line.matchAll(/"(?:text|base64)":("(?:[^"\\]|\\.)*")/g)])
  .map((match) => Buffer.from(String(JSON.parse(match[1] ?? '""'))))

const tokens = [
  '__proto__: {polluted: yes}',
  '"__proto__": {"polluted": true},',
  '&a [*a]',
  '<<: *a',
  '--//\n',
  '\0',
  '[[[[',
  '{{{{',
  '\x1f\x8b',
  ': ',
  '\n',
  '\t',
  '!!binary ',
  '%YAML 9.9\n',
  '1e999',
  '9'.repeat(400),
  '"',
  "'",
  '|\n',
  '...\n',
  '---\n',
]

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.nat(20),
  insert: fc.oneof(
    fc.constantFrom(...tokens),
    fc.string({ maxLength: 6 }),
    fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  ),
})

const mutated = fc.tuple(fc.constantFrom(...corpus), fc.array(edit, { maxLength: 5 })).map(([start, edits]) =>
  Buffer.from(
    edits.reduce((text, { at, drop, insert }) => {
      const here = Math.floor(at * text.length)
      return text.slice(0, here) + insert + text.slice(here + drop)
    }, start.toString('latin1')),
    'latin1',
  ),
)

const anyBytes = fc.oneof(
  { weight: 6, arbitrary: mutated },
  { weight: 1, arbitrary: mutated.map((bytes) => gzipSync(bytes)) },
  { weight: 1, arbitrary: mutated.map((bytes) => Buffer.from(bytes.toString('base64'))) },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 400 }) },
)

/** A value or one typed error, within a second of processor time (the clock on the wall is everybody's). */
const settles = (work: () => unknown): string => {
  const start = process.cpuUsage()
  try {
    work()
    return 'value'
  } catch (error) {
    if (!(error instanceof AmiproofError)) throw error
    expect(error.message.length).toBeLessThan(2000)
    return error.code
  } finally {
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(1000)
  }
}

test('any bytes as user data or file end in a value or one typed error, soon, and pollute nothing', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      settles(() => parseUserData(bytes))
      settles(() =>
        loadNodeConfig([
          { type: 'imds', bytes },
          { type: 'dir', files: { 'a.yaml': bytes } },
        ]),
      )
      expect(settles(() => lintUserData(Buffer.from(bytes).toString()))).toBe('value')
      expect('polluted' in {}).toBe(false)
    }),
    runs,
  )
}, 3_600_000)

const head = 'apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\n'
const bombs: readonly (readonly [string, Uint8Array, string])[] = [
  ['gzip', gzipSync(Buffer.alloc(64 * 1024 * 1024)), 'too-large'],
  ['gzip in base64', Buffer.from(gzipSync(Buffer.alloc(64 * 1024 * 1024)).toString('base64')), 'too-large'],
  ['text', Buffer.alloc(5 * 1024 * 1024, 'a'), 'too-large'],
  ['YAML nesting', Buffer.from(`${head}x: ${'['.repeat(20_000)}`), 'decode-bad-yaml'],
  ['YAML block nesting', Buffer.from(`${head}x:\n${'- '.repeat(20_000)}`), 'decode-bad-yaml'],
  ['JSON nesting', Buffer.from(`{"a":${'['.repeat(100_000)}`), 'decode-not-an-object'],
  [
    'YAML aliases',
    Buffer.from(
      `${head}a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(10)}]\n`).join('')}`,
    ),
    'decode-bad-yaml',
  ],
  [
    'YAML merge keys',
    Buffer.from(
      `${head}a0: &a0 {x: 1}\n${Array.from({ length: 22 }, (_, i) => `a${i + 1}: &a${i + 1} {<<: [*a${i}, *a${i}]}\n`).join('')}`,
    ),
    'decode-bad-yaml',
  ],
  [
    'MIME parts',
    Buffer.from(`Content-Type: multipart/mixed; boundary=b\n\n${'--b\nX: y\n\n'.repeat(40_000)}--b--\n`),
    'bad-mime',
  ],
  [
    'MIME headers',
    Buffer.from(`Content-Type: multipart/mixed; boundary=b\n\n--b\nX: ${'y\n '.repeat(150_000)}\n\n--b--\n`),
    'no-config-in-user-data',
  ],
  ['blanks', Buffer.from(`${head}x: ${' '.repeat(500_000)}y\n`), 'value'],
  [
    'quoted-printable blanks',
    Buffer.from(
      `Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/node.eks.aws\nContent-Transfer-Encoding: quoted-printable\n\n${' '.repeat(500_000)}a\n--b--\n`,
    ),
    'decode-not-an-object',
  ],
  [
    'MIME in MIME',
    Buffer.from(
      `Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: application/node.eks.aws\n\n${head}\n--c--\n--b--\n`,
    ),
    'no-config-in-user-data',
  ],
]

test.for(bombs)('a bomb of %s is refused within a second', ([, bytes, code]) => {
  expect(settles(() => parseUserData(bytes))).toBe(code)
})

const lines = [
  'curl ',
  'sha256sum ',
  '"',
  "'",
  '"$(',
  'cat << E\n',
  '>> /etc/a.toml << E\n',
  'x '.repeat(20),
  '\\\n',
  '{{',
  '| tee ',
]

test.for(lines)('a script of %s again and again is linted within a second', (line) => {
  expect(settles(() => lintUserData(`#!/bin/sh\n${line.repeat(120_000 / line.length)}`))).toBe('value')
})
