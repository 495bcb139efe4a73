import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { derived, type Evidence, parseEvidence, probes, readFacts } from '../../src/facts/index.ts'
import { AmiproofError } from '../../src/lib/errors.ts'

const numRuns = Number(process.env.AMIPROOF_RUNS ?? 200)
const recorded = parseEvidence(readFileSync('fixtures/evidence/docker-node.json'))
const names = [...Object.keys(probes), ...Object.keys(derived)]

/** Reads everything; anything but a value or our own error escapes and fails the test. */
const readAll = (evidence: Evidence): void => {
  const facts: Readonly<Record<string, unknown>> = readFacts(evidence)
  for (const name of names)
    try {
      void facts[name]
    } catch (error) {
      if (!(error instanceof AmiproofError)) throw error
      expect(['fact', 'unproven']).toContain(error.kind)
      expect(error.message.length).toBeLessThan(2000)
    }
}

const every = (change: (bytes: Buffer) => Buffer, exitCode: number | null): Evidence => ({
  ...recorded,
  probes: Object.fromEntries(
    Object.entries(recorded.probes).map(([name, output]) => {
      const bytes =
        typeof output.stdout === 'string'
          ? Buffer.from(output.stdout)
          : Buffer.from(output.stdout.base64, 'base64')
      return [
        name,
        { ...output, exitCode, stdout: { base64: change(bytes.subarray(0, 20_000)).toString('base64') } },
      ]
    }),
  ),
})

test('whatever a probe prints, its fact is a value or one of our errors', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.option(fc.nat(255)), (bytes, exitCode) =>
      readAll(every(() => Buffer.from(bytes), exitCode)),
    ),
    { numRuns },
  )
})

test('the same holds for real output with a stretch of it replaced, removed or repeated', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(200),
      fc.uint8Array({ maxLength: 40 }),
      fc.boolean(),
      (where, length, bytes, twice) =>
        readAll(
          every((all) => {
            const at = Math.floor(all.length * where)
            return Buffer.concat([
              all.subarray(0, at),
              bytes,
              all.subarray(twice ? Math.max(0, at - length) : at + length),
            ])
          }, 0),
        ),
    ),
    { numRuns: Math.min(numRuns, 60) },
  )
})

test.for([
  ['a megabyte in one line', 'x'.repeat(1 << 20)],
  ['a megabyte of line ends', '\n'.repeat(1 << 20)],
  ['a megabyte of separators', '/proc/1/x:= '.repeat(90_000)],
  ['a megabyte of quotes', "'".repeat(1 << 20)],
  ['a megabyte of brackets', '[{"a":'.repeat(170_000)],
] as const)('%s from every probe is read in seconds', ([, text]) => {
  const began = performance.now()
  readAll(every(() => Buffer.from(text), 0))
  expect(performance.now() - began).toBeLessThan(30_000)
})
