import { describe, expect, test } from 'vitest'
import { evaluateExpression } from '../../src/max-pods/expression.ts'

/** An m5.xlarge: 4 ENIs of 15 addresses, 58 pods. */
const evaluate = (text: string) =>
  evaluateExpression(text, { default_enis: 4, ips_per_eni: 15, max_pods: 58 })

/** What cel-go 0.26 with nodeadm's environment gives; `no` where it falls back to the standard value. */
const no = 'no'
const cases: Readonly<Record<string, Readonly<Record<string, number | typeof no>>>> = {
  'numbers are read as Go reads them': {
    '017': 17,
    '08': 8,
    '0x6e': 110,
    '0X6E': no,
    '0x2Au': 42,
    '42u': 42,
    '42U': 42,
    '1_000': no,
    '.5 + 9.5': 10,
    '1. + 1.0': no,
    '1E1': 10,
    '1.0e+1': 10,
    '1e': no,
    '1e400': no,
    '9223372036854775808': no,
    '-9223372036854775808 + 9223372036854775807 + 6': 5,
    '18446744073709551616u': no,
    '--5': 5,
    '---5 + 20': 15,
    '!!true ? 1 : 2': 1,
  },
  'the result becomes an integer as int() makes it': {
    '1.9999': 1,
    '-0.5': no,
    '1.0/0.0': no,
    "double('NaN')": no,
    "'042'": 42,
    "'+42'": 42,
    "' 42'": no,
    "'4_2'": no,
    "'0x10'": no,
    "'1e3'": no,
    "''": no,
    "dyn('12')": 12,
    "timestamp('1970-01-01T00:01:50.9Z')": 110,
    "duration('20ns')": 20,
    "duration('1.5s')": 1_500_000_000,
    "duration('1h')": no,
    true: no,
    null: no,
    "b'12'": no,
    '[1]': no,
    '{}': no,
    'type(1)': no,
    '2147483647': 2_147_483_647,
    '2147483648': no,
    '42u + 1u': 43,
  },
  'types are checked before anything runs': {
    'max_pods * 1.5': no,
    'double(max_pods) * 1.5': 87,
    'max_pods + 1u': no,
    '1 < 1.5 ? 1 : 2': no,
    '1 == 1.0 ? 1 : 2': no,
    'dyn(1) == 1.0 ? 1 : 2': 1,
    'dyn(max_pods) > 1.5 ? 1 : 2': 1,
    "true ? 1 : 'x'": no,
    "true ? 5 : dyn('x')": 5,
    'true ? 1 : 1u': no,
    'true ? 1 : null': no,
    '(true ? [1] : [])[0]': 1,
    "[1, 'a'][0]": 1,
    "[[1], ['a']][0][0]": 1,
    '1.0 in [1, 2] ? 1 : 2': no,
    "[1] == ['a'] ? 1 : 2": no,
    "{} == {'a': 1} ? 1 : 2": 2,
    '[1, 2, 3][1u]': no,
    '[1, 2, 3][dyn(1.0)]': 2,
    'max_pods && true ? 1 : 2': no,
    '1 ? 2 : 3': no,
    'max_pods.foo': no,
    "dyn({'a': 5}).a": 5,
    '[1].exists(x, x) ? 1 : 2': no,
    'max_pods.map(x, x)': no,
    '[].map(x, x).size() + 4': 4,
    'null == timestamp(1) ? 1 : 2': 2,
    '1 == null ? 1 : 2': no,
    'int == uint ? 1 : 2': 2,
  },
  'only the standard library and macros exist': {
    'min(110, max_pods)': no,
    'math.least(110, max_pods)': no,
    'cel.bind(x, 1, x)': no,
    'optional.of(1)': no,
    "{'a': 1}.?a": no,
    "'abc'.indexOf('b')": no,
    '[1, 2].sum()': no,
    'vcpus * 10': no,
    NaN: no,
    'if(true) 1': no,
    "matches('abc', 'b') ? 1 : 2": 1,
    "'abc'.matches('^b') ? 1 : 2": 2,
    'size([1, 2]) * 10': 20,
    '[1, 2].map(x, x > 1, x * 10)[0]': 20,
    '[1, 2, 3].exists_one(x, x > 2) ? 1 : 2': 1,
    "has({'a': 1}.a) ? 5 : 6": 5,
    'has(max_pods)': no,
    '[1].all(1, true) ? 1 : 2': no,
    'google.protobuf.Int32Value{value: 5} + 1': 6,
    'google.protobuf.Foo{}': no,
  },
  'arithmetic overflows, truncates and short-circuits': {
    '9223372036854775807 + 1': no,
    'max_pods / 0': no,
    '-7 / 2 + 10': 7,
    '-7 % 3 + 10': 9,
    'true || 1 / 0 > 0 ? 1 : 2': 1,
    '1 / 0 > 0 && false ? 1 : 2': 2,
    '[0, 1].exists(x, 1 / x > 0) ? 1 : 2': 1,
    'false ? 1 / 0 : 5': 5,
    '[5][1]': no,
    '1 / dyn(0)': no,
  },
  "conversions and times are cel-go's, where the library has its own": {
    "int('')": no,
    "int('0x10')": no,
    "int(duration('30ns'))": 30,
    'timestamp(110)': 110,
    'duration(110)': no,
    "bool('T') ? 1 : 2": 1,
    'string(123456.0)': 123_456,
    'string(1000000.0)': no,
    "size(string(duration('1500ms')))": 4,
    "duration('1500ms').getMilliseconds()": 1500,
    "timestamp('2026-11-20T23:30:00Z').getHours('+02:00')": 1,
    "timestamp('2026-03-29T01:30:00Z').getHours('Europe/Berlin')": 3,
    "timestamp('2026-11-20T00:00:00Z').getDayOfYear()": 323,
    "int(duration(''))": no,
    'int(18446744073709551615u / 18446744073709551615u)': 1,
    "b'' in {} ? 1 : 2": 2,
    "uint('-1')": no,
    'uint(1.9)': 1,
    "double('1_0.5')": 10,
  },
  'text is read as cel-go reads it': {
    "'\\x31'": 1,
    "'\\061'": 1,
    "'\\q'": no,
    "r'12'": 12,
    "'''13'''": 13,
    'max_pods // the default': 58,
    '\n': no,
    'max_pods\n+ 1': 59,
    "'ab'.size( // none\n)": 2,
    '[1].existsOne(x, true) ? 1 : 2': no,
    "{'existsOne': 4}.existsOne": 4,
    "{'a': 1, 'a': 2}.a": 2,
    "timestamp('1970-01-01T0:00:50Z')": 50,
    "timestamp('1970-02-30T00:00:50Z')": no,
    '- // none\n-5': 5,
    '1e- 7 + 1.0': no,
    '! ! true ? 1 : 2': 1,
    '1 ! = 2 ? 1 : 2': no,
    '7\u00a0': no,
    '\f7\t': 7,
    "size(b'\\u0031')": no,
    "size(b'\\x31')": 1,
    'max_pods;': no,
    '7 /* c */': no,
    '[1, 2,].size()': 2,
    "{'__proto__': 5}['__proto__']": 5,
    "{'constructor': 6}.constructor": 6,
    'toString()': no,
  },
}

describe.for(Object.entries(cases))('%s', ([, expressions]) => {
  test.for(Object.entries(expressions))('%s → %s', ([text, expected]) => {
    const outcome = evaluate(text)
    expect(outcome.ok ? outcome.value : no).toBe(expected)
  })
})

test('no name of a JavaScript object is a name of the language', () => {
  for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'google.protobuf.constructor{}'])
    expect(evaluate(name).ok).toBe(false)
})

test('a reason says what is wrong', () => {
  expect(evaluate('max_pods * 1.5')).toEqual({
    ok: false,
    why: 'it does not compile: "_*_" does not take (int, double)',
  })
  expect(evaluate('0 - max_pods')).toEqual({
    ok: false,
    why: 'its value -58 is not between 1 and 2147483647',
  })
})

const nested = `[1,2,3,4,5,6,7,8].map(a, ${'[1,2,3,4,5,6,7,8].map(b, '.repeat(12)}1${')'.repeat(13)}.size()`
test.for([
  ['nested loops', nested],
  ['doubling texts', `['a']${'.map(x, x + x)'.repeat(100)}.size()`],
  [
    'comparing a tree of shared lists',
    `[[1]${'.map(x, [x, x, x, x])'.repeat(60)}].map(x, x == x ? 1 : 2)[0]`,
  ],
  ['parentheses without end', '('.repeat(16_000)],
  ['a very long sum', `1${'+1'.repeat(8_000)}`],
  ['a pattern that backtracks', `'${'a'.repeat(5000)}b'.matches('(a|aa)+$') ? 1 : 1/0`],
] as const)('%s end in a reason within a second', ([, text]) => {
  const start = performance.now()
  expect(evaluate(text).ok).toBe(false)
  expect(performance.now() - start).toBeLessThan(1000)
})
