import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AmiproofError } from '../../src/lib/errors.ts'
import { parseNodeSpec } from '../../src/spec/parse-node-spec.ts'
import { runs } from './node-config-samples.ts'

const good = readFileSync('fixtures/specs/docker-node.json', 'utf8')
const tokens = [
  '"__proto__": {"polluted": 1},',
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  ':',
  'null',
  '1e999',
  '9'.repeat(400),
  '\0',
  'schema: 1\n',
]

const mutated = fc
  .array(fc.tuple(fc.nat(good.length), fc.nat(12), fc.constantFrom('', ...tokens)), {
    minLength: 1,
    maxLength: 4,
  })
  .map((edits) =>
    edits.reduce((text, [at, drop, token]) => text.slice(0, at) + token + text.slice(at + drop), good),
  )

test('any text and any value as a spec end in a spec or in one error of the configuration', () => {
  fc.assert(
    fc.property(
      fc.oneof(mutated, fc.string(), fc.anything({ withBigInt: true, withNullPrototype: true })),
      (input) => {
        try {
          expect(parseNodeSpec(input).schema).toBe(1)
        } catch (error) {
          if (!(error instanceof AmiproofError)) throw error
          expect(error).toMatchObject({ kind: 'config', blame: 'user' })
        }
        expect('polluted' in {}).toBe(false)
      },
    ),
    runs,
  )
})

const wrong = fc.constantFrom('kubernets', 'ach', 'containred', 'varient', 'cachedimages', 'fps')

test('a mistyped key is named with its path, and the key that was meant', () => {
  fc.assert(
    fc.property(wrong, (key) => {
      const spec: unknown = JSON.parse(good)
      const image = { ...Object(spec).image, [key]: 'x' }
      expect(() => parseNodeSpec({ ...Object(spec), image })).toThrow(
        new RegExp(
          `image\\.${key}: there is no such key; did you mean (kubernetes|arch|containerd|variant|cachedImages|fips)\\?`,
        ),
      )
    }),
    { numRuns: 20 },
  )
})
