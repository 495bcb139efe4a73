import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AmiproofError } from '../../src/lib/errors.ts'
import { renderUserData, type UserDataPart } from '../../src/render/user-data.ts'
import { mergeNodeConfigs } from '../../src/spec/node-config-document.ts'
import { parseUserData, readMultipart } from '../../src/spec/user-data.ts'
import { nodeConfig, runs, text } from './node-config-samples.ts'

const script = fc
  .array(fc.oneof(text, fc.constantFrom('--BOUNDARY--', '--BOUNDARY-1', 'echo é', '\r\n', ' ', 'X: y')), {
    maxLength: 8,
  })
  .map((lines) => `#!/bin/sh\n${lines.join('\n')}`.toWellFormed())

const parts = fc.array(
  fc.oneof(
    nodeConfig.map((config): UserDataPart => ({ kind: 'node-config', config })),
    script.map((shell): UserDataPart => ({ kind: 'shell', script: shell })),
  ),
  { minLength: 1, maxLength: 4 },
)

test('user data rendered for any target reads back as the NodeConfigs that were put in', () => {
  fc.assert(
    fc.property(fc.array(nodeConfig, { minLength: 1, maxLength: 3 }), script, (configs, shell) => {
      const [first, ...rest] = configs
      fc.pre(first !== undefined)
      if (!first) return
      const expected = mergeNodeConfigs(first, ...rest)
      const list: UserDataPart[] = [
        ...configs.map((config): UserDataPart => ({ kind: 'node-config', config })),
        { kind: 'shell', script: shell },
      ]
      const ec2 = renderUserData(list, 'ec2')
      expect(parseUserData(Buffer.from(ec2.value))).toEqual(expected)
      expect(parseUserData(Buffer.from(ec2.value, 'base64'))).toEqual(expected)
      expect(parseUserData(Buffer.from(renderUserData(list, 'karpenter').value))).toEqual(expected)
    }),
    { numRuns: Math.ceil(runs.numRuns / 2) },
  )
})

test('parts keep their order, and scripts their bytes, whatever they hold', () => {
  fc.assert(
    fc.property(parts, (list) => {
      const read = readMultipart(Buffer.from(renderUserData(list, 'ec2').message))
      expect(read?.problem).toBeUndefined()
      expect(
        read?.parts.map(({ headers }) => headers.get('content-type')?.startsWith('text/x-shellscript')),
      ).toEqual(list.map(({ kind }) => kind === 'shell'))
      const scripts = read?.parts.flatMap(({ headers, body }) => {
        if (!headers.get('content-type')?.startsWith('text/x-shellscript')) return []
        const isBase64 = headers.get('content-transfer-encoding') === 'base64'
        return [Buffer.from(body ?? '', isBase64 ? 'base64' : 'latin1').toString()]
      })
      expect(scripts).toEqual(list.flatMap((part) => (part.kind === 'shell' ? [part.script] : [])))
    }),
    runs,
  )
})

test('the same parts give the same bytes, of ASCII alone, never more than fit', () => {
  fc.assert(
    fc.property(parts, fc.nat(40_000), (list, padding) => {
      const all: UserDataPart[] = [...list, { kind: 'shell', script: `#!/bin/sh\n${'#'.repeat(padding)}` }]
      const render = () => renderUserData(all, 'ec2')
      try {
        const first = render()
        expect(render()).toEqual(first)
        expect(first.rawBytes).toBeLessThanOrEqual(16_384)
        expect(Buffer.from(first.value, 'base64').length).toBe(first.rawBytes)
        expect(first.message).toMatch(/^[\t\n\r\u0020-\u007e]*$/)
      } catch (error) {
        if (!(error instanceof AmiproofError)) throw error
        expect(error.code).toBe('user-data-too-large')
      }
    }),
    { numRuns: Math.ceil(runs.numRuns / 4) },
  )
})
