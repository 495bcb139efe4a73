import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nearest } from '../../src/lib/nearest.ts'
import { capped, oneLine, printable } from '../../src/lib/printable.ts'
import { controlsOf, countsOf } from '../../src/result/counts.ts'
import { plain } from '../../src/result/plain.ts'
import { parseReport, reportJsonSchema } from '../../src/result/report-schema.ts'
import { failing, passing, report, result, subject } from './report-samples.ts'

const waiver = { check: 'a/b', reason: 'r', owner: 'o', until: '2027-01-01' }
const sample = report([
  subject([
    failing('network/ip-forward', { controls: [{ framework: 'cis-al2023', id: '3.2.1' }] }),
    { ...failing('a/b', { severity: 'low' }), waiver },
    passing('network/bridge', { controls: [{ framework: 'cis-al2023', id: '3.2.1' }] }),
    result('gpu/x', { status: 'error', message: 'broke' }, { severity: 'critical' }),
  ]),
])

test('the published JSON Schema is the one that zod makes', () => {
  const published: unknown = JSON.parse(readFileSync('docs/schema/report.schema.json', 'utf8'))
  expect(published).toEqual(JSON.parse(JSON.stringify(reportJsonSchema())))
})

test('a report survives being archived, and the published schema accepts it', () => {
  const archived: unknown = JSON.parse(JSON.stringify(sample))
  expect(parseReport(archived)).toEqual(sample)
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
    JSON.parse(readFileSync('docs/schema/report.schema.json', 'utf8')),
  )
  expect(validate(archived), JSON.stringify(validate.errors)).toBe(true)
  expect(validate({ ...sample, surprise: 1 })).toBe(false)
})

test('an unknown field in an archived report is named', () => {
  expect(() => parseReport({ ...sample, surprise: 1 })).toThrow(/surprise/)
})

test('a waived failure is counted apart, and every tally adds up', () => {
  const counts = countsOf(sample.subjects)
  expect(counts.byStatus).toEqual({
    fail: 1,
    error: 1,
    waived: 1,
    unproven: 0,
    manual: 0,
    notApplicable: 0,
    pass: 1,
  })
  const sum = (tally: object) => Object.values(tally).reduce((a: number, b: number) => a + b, 0)
  expect(sum(counts.byStatus)).toBe(counts.total)
  expect(Object.values(counts.bySeverity).reduce((all, tally) => all + sum(tally), 0)).toBe(counts.total)
})

test('a control is as good as the worst of its checks', () => {
  expect(controlsOf(sample.subjects)).toEqual([
    {
      framework: 'cis-al2023',
      id: '3.2.1',
      status: 'fail',
      checks: ['network/bridge', 'network/ip-forward'],
    },
  ])
})

test.for([
  ['\x1b[31mred\x1b[0m', 'red'],
  ['\x1b]8;;http://x\x07link\x1b]8;;\x1b\\', 'link'],
  ['cut off \x1b[3', 'cut off '],
  ['cut off \x1b]0;title', 'cut off '],
  ['\x9b31mC1', 'C1'],
  ['a\0b\x08c', 'abc'],
  ['\ud800 alone', '\ufffd alone'],
  ['a\r\nb\rc', 'a\nb\nc'],
  ['evil\u202etxt.exe', 'eviltxt.exe'],
  ['tab\tstays', 'tab\tstays'],
] as const)('%j prints as %j', ([raw, shown]) => {
  expect(printable(raw)).toBe(shown)
})

test('printable text is XML text, whatever came in, and printing it again changes nothing', () => {
  const hostile = fc.string({ unit: 'binary', maxLength: 60 })
  fc.assert(
    fc.property(hostile, (text) => {
      const shown = printable(text)
      expect(shown).toMatch(/^[\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u)
      expect(oneLine(text)).not.toMatch(/[\n\t]/)
    }),
    { numRuns: 500 },
  )
})

test('capped text keeps its head and tail, says how much is missing, and is never longer than asked', () => {
  const text = `${'a'.repeat(5000)}END`
  expect(capped(text, 200).length).toBeLessThanOrEqual(200)
  expect(capped(text, 200)).toMatch(/^a+…\[\d+ characters omitted, the evidence has all of it\]…a+END$/)
  expect(capped('short', 200)).toBe('short')
})

test('any value becomes plain data that JSON carries unchanged', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }), (value) => {
      const reduced = plain(value)
      expect(JSON.parse(JSON.stringify(reduced))).toEqual(reduced)
    }),
    { numRuns: 500 },
  )
})

test('plain data is bounded, names its cuts, and keeps hostile keys as keys', () => {
  const cyclic: { self?: unknown } = {}
  cyclic.self = cyclic
  expect(plain(cyclic)).toEqual({ self: '«cycle»' })
  expect(plain(undefined)).toBe(null)
  expect(String(plain('x'.repeat(1_000_000))).length).toBeLessThanOrEqual(8_000)
  expect(
    JSON.stringify(plain(Array.from({ length: 5_000 }, (_, i) => i))).endsWith(',"«4800 more, cut»"]'),
  ).toBe(true)
  expect(Object.hasOwn(plain(JSON.parse('{"__proto__":{"x":1}}')) as object, '__proto__')).toBe(true)
  expect(plain(12345678901234567890n)).toBe('12345678901234567890')
})

test('the nearest known word is suggested, and nothing when none is near', () => {
  expect(nearest('gaet', ['gate', 'collect'])).toBe('gate')
  expect(nearest('colect', ['gate', 'collect'])).toBe('collect')
  expect(nearest('xyz', ['gate', 'collect'])).toBe(undefined)
})
