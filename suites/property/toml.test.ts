import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AmiproofError } from '../../src/lib/errors.ts'
import {
  isTomlTable,
  parseHandEditedToml,
  parseToml,
  type TomlTable,
  type TomlValue,
} from '../../src/lib/toml.ts'
import { tomlKeys } from '../../src/lib/toml-keys.ts'
import { keyPathText, stringifyToml } from '../../src/lib/toml-text.ts'
import { runs } from './runs.ts'

const key = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'x.y',
    'io.containerd.grpc.v1.cri',
    '',
    "it's",
    '__proto__',
    'constructor',
    'toString',
  ),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
)
const scalar: fc.Arbitrary<TomlValue> = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((text) => text.toWellFormed()),
  fc.boolean(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double({ noNaN: true }),
)
const { table } = fc.letrec<{ table: TomlTable; value: TomlValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(scalar, { maxLength: 3 }),
    fc.array(tie('table'), { maxLength: 3 }),
    tie('table'),
  ),
  table: fc
    .array(fc.tuple(key, tie('value')), { maxLength: 4 })
    .map((pairs): TomlTable => Object.fromEntries(pairs)),
}))

test('what is written is read back, integers and floats apart', () => {
  fc.assert(
    fc.property(table, (doc) => {
      expect(parseToml(stringifyToml(doc))).toEqual(doc)
    }),
    runs,
  )
})

test('writing what was read from our own text changes nothing', () => {
  fc.assert(
    fc.property(table, (doc) => {
      const text = stringifyToml(doc)
      expect(stringifyToml(parseToml(text))).toBe(text)
    }),
    runs,
  )
})

const leafPaths = (doc: TomlTable, path: readonly string[] = []): readonly string[] =>
  Object.entries(doc).flatMap(([name, value]) =>
    isTomlTable(value) ? leafPaths(value, [...path, name]) : [keyPathText([...path, name])],
  )
const simple = fc
  .dictionary(
    fc.stringMatching(/^[a-z.]{1,4}$/),
    fc.oneof(scalar, fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), scalar)),
  )
  .map((doc): TomlTable => doc)

test('the scanner finds every key that the parser finds, and no other', () => {
  fc.assert(
    fc.property(simple, (doc) => {
      const found = tomlKeys(stringifyToml(doc)).filter(({ kind }) => kind === 'key')
      expect(found.map(({ path }) => keyPathText(path)).sort()).toEqual([...leafPaths(doc)].sort())
    }),
    runs,
  )
})

const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(
      '[',
      ']',
      '[[',
      ']]',
      '{',
      '}',
      '=',
      '.',
      ',',
      '"',
      "'",
      '"""',
      "'''",
      '\n',
      '\r\n',
      '#',
      '\\',
      '\\u',
      ' ',
    ),
    fc.constantFrom(
      'a',
      'b = 1',
      'version = 2',
      '[plugins."io.containerd.grpc.v1.cri"]',
      '__proto__',
      '1979-05-27',
      '1e9',
      '0x',
    ),
    fc.string({ unit: 'binary', maxLength: 5 }),
  ),
  { maxLength: 30 },
)
const hostile = fc.oneof(
  pieces.map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.uint8Array({ maxLength: 100 }).map((bytes) => new TextDecoder().decode(bytes)),
)

/** A value, or the one error class; within a second, and without a mark on Object.prototype. */
const endsWell = (act: () => unknown): void => {
  const before = performance.now()
  try {
    act()
  } catch (error) {
    if (!(error instanceof AmiproofError)) throw error
    expect(error.message.length).toBeGreaterThan(20)
  }
  expect(performance.now() - before).toBeLessThan(1000)
  expect(Object.keys(Object.prototype)).toEqual([])
}

test('any text as TOML ends in a value or in one typed error', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      endsWell(() => parseToml(text))
      endsWell(() => parseHandEditedToml(text, 'amiproof.toml'))
    }),
    runs,
  )
})

test('the scanner finds its way through any text, and points at keys and headers', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const lines = text.split('\n')
      for (const { kind, at } of tomlKeys(text)) {
        const there = (lines[at.line - 1] ?? '').slice(at.column - 1)
        expect(there).toMatch(kind === 'key' ? /^[A-Za-z0-9_"'-]/ : /^\[/)
      }
    }),
    runs,
  )
})
