import { expect, test } from 'vitest'
import { AmiproofError } from '../../src/lib/errors.ts'
import { parseHandEditedToml, parseToml, tomlErrorPosition } from '../../src/lib/toml.ts'
import { stringifyToml } from '../../src/lib/toml-text.ts'

const thrownBy = (act: () => unknown): unknown => {
  try {
    act()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

test('integers and floats stay apart through a round trip', () => {
  const table = parseToml('i = 10000\nf = 1.0\nbig = 9007199254740993')
  expect(table).toEqual({ i: 10000n, f: 1, big: 9007199254740993n })
  expect(stringifyToml(table)).toBe('big = 9007199254740993\nf = 1.0\ni = 10000\n')
})

test('text is laid out as go-toml v2 lays it out', () => {
  const text = `a = [1, 2]
m = "multi\\nline"
q = "it's"

[plugins]
[plugins.'io.x']
k = 'v'

[plugins.'io.x'.deep]
[plugins.'io.x'.deep.er]
ok = true

[[t]]
n = 1

[[t]]
n = 2
`
  expect(stringifyToml(parseToml(text))).toBe(text)
})

test('a float has digits and a point, whatever its size', () => {
  const floats = { a: 1e21, b: 1e-7, c: -0, d: 2.5, e: Number.POSITIVE_INFINITY, f: Number.NaN }
  expect(stringifyToml(floats)).toBe(
    'a = 1000000000000000000000.0\nb = 0.0000001\nc = -0.0\nd = 2.5\ne = inf\nf = nan\n',
  )
})

test('keys sort by bytes, beyond the basic plane too', () => {
  expect(stringifyToml({ '\u{1F600}': 1n, '\uFF5E': 2n, a: 3n })).toBe("a = 3\n'～' = 2\n'😀' = 1\n")
})

test('a syntax error says which file, line and column', () => {
  const error = thrownBy(() => parseToml('ok = 1\n[a]\n[a]\n', '/etc/containerd/config.toml'))
  expect(error).toBeInstanceOf(AmiproofError)
  expect(error).toMatchObject({ code: 'toml-syntax', kind: 'config', blame: 'user' })
  expect(String(error)).toContain('cannot read /etc/containerd/config.toml at line 3, column 2')
  expect(tomlErrorPosition(error)).toEqual({ line: 3, column: 2 })
})

test('a byte order mark is refused, as containerd 2 refuses it', () => {
  expect(() => parseToml('\uFEFFversion = 3\n', 'config.toml')).toThrow(
    'cannot read config.toml at line 1, column 1 as TOML: it starts with a byte order mark',
  )
})

test('an integer beyond 64 bits is refused, as containerd refuses it', () => {
  expect(() => parseToml('a.b = 9223372036854775808')).toThrow('a.b = 9223372036854775808 does not fit')
  expect(parseToml('a = 9223372036854775807')).toEqual({ a: 9223372036854775807n })
})

test('a document nested without end is refused, not recursed into', () => {
  expect(() => parseToml(`${'a.'.repeat(50_000)}b = 1`)).toThrow('more than 200 levels')
  expect(() => parseToml(`a = ${'['.repeat(50_000)}`)).toThrow(AmiproofError)
})

test('a key named __proto__ is a key', () => {
  const table = parseToml('[__proto__]\npolluted = true')
  expect(Object.keys(table)).toEqual(['__proto__'])
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  const edited = parseHandEditedToml('[__proto__]\npolluted = true', 'amiproof.toml')
  expect(Object.keys(edited)).toEqual(['__proto__'])
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

test('a hand-edited file is read with plain numbers, and its errors have a position', () => {
  expect(parseHandEditedToml('a = 1\n[b]\nc = "d"', 'amiproof.toml')).toEqual({ a: 1, b: { c: 'd' } })
  expect(() => parseHandEditedToml('a = 1\nb = \n', 'amiproof.toml')).toThrow(
    /cannot read amiproof\.toml at line 2, column 5 as TOML/,
  )
})
