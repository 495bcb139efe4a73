import { Buffer } from 'node:buffer'
import { test } from 'vitest'
import { AmiproofError } from '../../src/lib/errors.ts'
import { parseJsonKeepingDigits } from '../../src/lib/json.ts'
import { formatNodeConfig } from '../../src/spec/format-node-config.ts'
import { encodeNodeConfig } from '../../src/spec/node-config-document.ts'
import { parseSourceUrl } from '../../src/spec/source-url.ts'
import { loadNodeConfig, type NodeConfigSource } from '../../src/spec/user-data.ts'
import { validateNodeConfig } from '../../src/spec/validate-node-config.ts'
import { type Answer, expectEqualAnswers, type Vector } from './vectors.ts'

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {}
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const bytesOf = (source: Readonly<Record<string, unknown>>): Uint8Array =>
  typeof source.base64 === 'string' ? Buffer.from(source.base64, 'base64') : Buffer.from(String(source.text))

const sourceOf = (value: unknown): NodeConfigSource => {
  const source = fields(value)
  switch (source.type) {
    case 'imds':
    case 'file':
    case 'text':
      return { type: source.type, bytes: bytesOf(source) }
    case 'dir':
      return {
        type: 'dir',
        files: Object.fromEntries(
          Object.entries(fields(source.files)).map(([name, text]) => [name, Buffer.from(String(text))]),
        ),
      }
    case 'missing-file':
      return { type: 'missing-file', path: '/tmp/does-not-exist.yaml' }
    default:
      throw new Error(`unknown source type ${String(source.type)}`)
  }
}

/** What came of it: a value, or the code of the error. */
const attempt = <T>(work: () => T): T | string => {
  try {
    return work()
  } catch (error) {
    if (error instanceof AmiproofError) return error.code
    throw error
  }
}

const codeOf = (work: () => unknown): string | undefined => {
  const came = attempt(() => void work())
  return typeof came === 'string' ? came : undefined
}

/** As a JSON text that keeps every digit, read back the way the vectors are. */
const asJson = (value: object): unknown => parseJsonKeepingDigits(formatNodeConfig(value))

/**
 * The oracle's class of an error was read off its text, and `stat /tmp/does-not-exist.yaml: no such file` looks like a YAML error.
 * Ours says what happened.
 */
const asOracleSays = (code: string | undefined): string | undefined =>
  code === 'file-missing' ? 'decode-bad-yaml' : code

const answers = ({ input, expected }: Vector): readonly Answer[] => {
  if ('urls' in input) {
    const failure = list(input.urls)
      .map((url) => codeOf(() => parseSourceUrl(String(url))))
      .find(Boolean)
    return [{ of: 'errorKind', expected: expected.errorKind, actual: failure }]
  }
  const loaded = attempt(() => loadNodeConfig(list(input.sources).map(sourceOf)))
  const config = typeof loaded === 'string' ? undefined : loaded
  const failure = typeof loaded === 'string' ? loaded : undefined
  const invalid = config && codeOf(() => validateNodeConfig(config))
  const authority = config?.spec.cluster.certificateAuthority
  return [
    { of: 'errorKind', expected: expected.errorKind, actual: asOracleSays(failure) ?? invalid },
    { of: 'stage', expected: expected.stage, actual: failure ? 'parse' : invalid ? 'validate' : undefined },
    { of: 'nodeConfig', expected: expected.nodeConfig, actual: config && asJson(encodeNodeConfig(config)) },
    {
      of: 'certificateAuthorityDecoded',
      expected: expected.certificateAuthorityDecoded,
      actual: config && Buffer.from(authority ?? '', 'base64').toString(),
    },
  ]
}

test('user data, files and directories give the NodeConfig that nodeadm reads from them', () => {
  expectEqualAnswers('user data', answers)
})
