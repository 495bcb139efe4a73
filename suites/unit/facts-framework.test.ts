import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import {
  cite,
  type Evidence,
  evidenceBytes,
  execOf,
  type ProbeOutput,
  parseEvidence,
  probes,
  readFacts,
  trackReads,
} from '../../src/facts/index.ts'
import { AmiproofError } from '../../src/lib/errors.ts'

const output = (more: Partial<ProbeOutput> = {}): ProbeOutput => ({
  version: probes.osRelease.version,
  exitCode: 0,
  timedOut: false,
  truncated: false,
  durationMs: 10,
  stdout: 'ID=debian\nVERSION_ID="13"\n',
  stderr: '',
  ...more,
})

const evidence = (osRelease?: Partial<ProbeOutput>): Evidence => ({
  schema: 1,
  collector: '0.1.0',
  target: 'docker:node',
  collectedAt: '2026-11-20T10:00:00Z',
  durationMs: 900,
  capabilities: ['systemd'],
  probes: osRelease ? { osRelease: output(osRelease) } : {},
})

const thrown = (read: () => unknown): AmiproofError => {
  try {
    read()
  } catch (error) {
    if (error instanceof AmiproofError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
const encode = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))

describe('facts', () => {
  test('a probe is parsed when it is read', () => {
    expect(readFacts(evidence({})).osRelease).toEqual({ ID: 'debian', VERSION_ID: '13' })
  })

  test('a fact is parsed once, so its readers share one value', () => {
    const facts = readFacts(evidence({}))
    expect(facts.osRelease).toBe(facts.osRelease)
  })

  test('a probe that the evidence lacks leaves its readers unproven', () => {
    expect(thrown(() => readFacts(evidence()).osRelease)).toMatchObject({
      kind: 'unproven',
      message: expect.stringContaining('osRelease'),
    })
  })

  test('a probe of another version leaves its readers unproven', () => {
    expect(thrown(() => readFacts(evidence({ version: 99 })).osRelease).kind).toBe('unproven')
  })

  test.for([
    ['timed out', { timedOut: true, exitCode: null }, 'probe-timed-out'],
    ['was cut', { truncated: true }, 'probe-truncated'],
  ] as const)('a probe that %s is an error of its readers', ([, more, code]) => {
    expect(thrown(() => readFacts(evidence(more)).osRelease)).toMatchObject({ kind: 'fact', code })
  })

  test('a broken probe spoils only its readers', () => {
    const both: Evidence = {
      ...evidence({ truncated: true }),
      probes: {
        osRelease: output({ truncated: true }),
        cmdline: output({ version: probes.cmdline.version, stdout: 'quiet audit=1\n' }),
      },
    }
    const facts = readFacts(both)
    expect(thrown(() => facts.osRelease).kind).toBe('fact')
    expect(facts.cmdline).toContain('audit=1')
  })

  test('reads through a tracked view are remembered, also when they fail', () => {
    const facts = readFacts(evidence({}))
    const tracked = trackReads(facts)
    expect(tracked.reads()).toEqual([])
    expect(tracked.facts.osRelease.ID).toBe('debian')
    thrown(() => tracked.facts.cmdline)
    expect(tracked.reads()).toEqual(['osRelease', 'cmdline'])
    expect(trackReads(facts).reads()).toEqual([])
  })
})

describe('citations', () => {
  test('quote the head of the output without control characters and hash all of it', () => {
    expect(cite(evidence({ stdout: 'a\u001b[31mred\u0000\n' }), ['osRelease', 'absent'])).toEqual([
      {
        probe: 'osRelease',
        sha256: 'a6b7c5538108112046049a3efdee1d215ccb1cbeab9fb0743b64706999d4f4e2',
        excerpt: 'a [31mred \n',
      },
    ])
  })

  test('cut a long output at 400 characters', () => {
    const excerpt = cite(evidence({ stdout: 'é'.repeat(1e6) }), ['osRelease'])[0]?.excerpt
    expect(excerpt).toBe(`${'é'.repeat(400)}…`)
  })
})

describe('recordings', () => {
  test('are read back as they were written, bytes that are not text included', () => {
    const before = evidence({ stdout: { base64: Buffer.from([0xff, 0x00, 0x0a]).toString('base64') } })
    const after = parseEvidence(evidenceBytes(before))
    expect(after).toEqual(before)
    const kept = after.probes.osRelease
    expect(kept && [...execOf(kept).stdout]).toEqual([0xff, 0x00, 0x0a])
  })

  test('may be plain JSON', () => {
    expect(parseEvidence(encode(evidence({})))).toEqual(evidence({}))
  })

  test.for([
    ['an unknown key', encode({ ...evidence({}), extra: 1 }), 'extra'],
    ['another schema', encode({ ...evidence({}), schema: 2 }), 'schema'],
    ['no probes', encode({ ...evidence({}), probes: undefined }), 'probes'],
    ['a probe without an exit code', encode({ ...evidence({}), probes: { a: {} } }), 'probes.a'],
    ['no JSON', Buffer.from('<html>'), 'JSON'],
    ['cut gzip', gzipSync('{}').subarray(0, 12), 'unexpected end of file'],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'not valid'],
    ['nothing', new Uint8Array(), 'JSON'],
  ] as const)('with %s are refused in one sentence', ([, bytes, part]) => {
    const error = thrown(() => parseEvidence(bytes, 'node.json'))
    expect(error).toMatchObject({ kind: 'config', code: 'bad-evidence' })
    expect(error.message).toContain('Cannot read node.json')
    expect(error.message).toContain(part)
  })

  test('cannot touch the prototype of anything', () => {
    const hostile = JSON.stringify(evidence({})).replace('"osRelease"', '"__proto__"')
    const read = (): unknown => readFacts(parseEvidence(Buffer.from(hostile))).osRelease
    expect(thrown(read).kind).toBe('unproven')
    expect(Object.keys(Object.prototype)).toEqual([])
  })
})
