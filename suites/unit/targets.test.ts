import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mayInstall } from '../../scripts/engine.ts'
import { bounded } from '../../src/targets/bounded.ts'
import { demultiplexer } from '../../src/targets/docker-exec.ts'
import { nodeImageContext, nodeImageTag, nodeVariant } from '../../src/targets/node-image.ts'
import { splitAddress } from '../../src/targets/open.ts'
import { labelsOf, ownerHere, ownerOf, whyAbandoned } from '../../src/targets/owner.ts'
import { tar } from '../../src/targets/tar.ts'

const runs = { numRuns: Number(process.env.AMIPROOF_RUNS ?? 300) }

describe('an address', () => {
  test.for([
    ['docker:debian:trixie-slim', { scheme: 'docker', rest: 'debian:trixie-slim' }],
    ['docker:', { scheme: 'docker', rest: '' }],
    ['docker', { scheme: '', rest: 'docker' }],
    ['ec2:ami-1?type=g5.xlarge', { scheme: 'ec2', rest: 'ami-1?type=g5.xlarge' }],
    [':x', { scheme: '', rest: 'x' }],
  ] as const)('%s is split at its first colon', ([address, parts]) => {
    expect(splitAddress(address)).toEqual(parts)
  })

  test('of the default node names its containerd, or takes the first', () => {
    expect(['', '?containerd=1.7', '?containerd=2.1'].map(nodeVariant)).toEqual(['1.7', '1.7', '2.1'])
  })
})

const frame = (stream: number, payload: Uint8Array): Buffer => {
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(payload.length, 4)
  return Buffer.concat([header, payload])
}

test('the engine’s stream comes apart the same however it was cut', () => {
  const frames = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 40 })), {
    maxLength: 12,
  })
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (parts, cuts) => {
      const wire = Buffer.concat(parts.map(([stream, payload]) => frame(stream, payload)))
      const got = { 1: bounded(1e6), 2: bounded(1e6) }
      const read = demultiplexer(got[1].push, got[2].push)
      for (let at = 0, turn = 0; at < wire.length; turn += 1) {
        const size = cuts[turn % cuts.length] ?? 1
        read(wire.subarray(at, at + size))
        at += size
      }
      for (const stream of [1, 2] as const)
        expect(got[stream].bytes()).toEqual(
          Buffer.concat(parts.filter(([s]) => s === stream).map(([, payload]) => payload)),
        )
    }),
    runs,
  )
})

test('a bound keeps exactly the first bytes, and says when there were more', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), fc.nat({ max: 100 }), (chunks, maxBytes) => {
      const kept = bounded(maxBytes)
      for (const chunk of chunks) kept.push(chunk)
      const all = Buffer.concat(chunks)
      expect(kept.bytes()).toEqual(all.subarray(0, maxBytes))
      expect(kept.truncated()).toBe(all.length > maxBytes)
    }),
    runs,
  )
})

describe('a tar archive', () => {
  const listed = (archive: Buffer): string => {
    const file = join(mkdtempSync(join(tmpdir(), 'amiproof-tar-')), 'a.tar')
    writeFileSync(file, archive)
    return execFileSync('tar', ['--list', '--verbose', '--numeric-owner', '--file', file], {
      encoding: 'utf8',
      env: { TZ: 'UTC' },
    })
  }

  test('is read by tar with its modes, sizes and owners', () => {
    const long = `${'folder/'.repeat(20)}file`
    expect(
      listed(
        tar([
          { path: 'etc/secret', mode: 0o600, content: 'x'.repeat(513) },
          { path: 'etc/run.sh', mode: 0o755, content: '' },
          { path: long, mode: 0o644, content: 'é' },
        ]),
      )
        .split('\n')
        .map((line) => line.replace(/ +/g, ' ')),
    ).toEqual([
      '-rw------- 0/0 513 1970-01-01 00:00 etc/secret',
      '-rwxr-xr-x 0/0 0 1970-01-01 00:00 etc/run.sh',
      `-rw-r--r-- 0/0 2 1970-01-01 00:00 ${long}`,
      '',
    ])
  })

  test('refuses a path that a header cannot hold', () => {
    expect(() => tar([{ path: 'x'.repeat(101), mode: 0o644, content: '' }])).toThrow(/too long/)
    expect(() => tar([{ path: `${'y'.repeat(200)}/x`, mode: 0o644, content: '' }])).toThrow(/too long/)
  })
})

test('the node image’s name depends on its inputs and on nothing else', () => {
  const context = nodeImageContext('1.7', 'x86_64')
  expect(nodeImageContext('1.7', 'x86_64')).toEqual(context)
  const tag = nodeImageTag('1.7', context)
  expect(tag).toMatch(/^amiproof\/node:[0-9a-f]{16}$/)
  const others = [
    nodeImageTag('2.1', context),
    nodeImageTag('2.1', nodeImageContext('2.1', 'x86_64')),
    nodeImageTag('1.7', nodeImageContext('1.7', 'arm64')),
    nodeImageTag('1.7', Buffer.concat([context, Buffer.alloc(512)])),
  ]
  expect(new Set([tag, ...others]).size).toBe(5)
})

describe('an owner', () => {
  const now = new Date('2026-01-01T00:00:00Z')
  const me = ownerHere('r', 10, now)

  test('survives its labels', () => {
    expect(ownerOf(labelsOf(me))).toEqual(me)
  })

  test('who lives keeps what is his until it expires', () => {
    expect(whyAbandoned(me, now)).toBeUndefined()
    expect(whyAbandoned(me, new Date('2026-01-01T00:09:59Z'))).toBeUndefined()
    expect(whyAbandoned(me, new Date('2026-01-01T00:10:00Z'))).toBe('expired 2026-01-01T00:10:00.000Z')
  })

  test('who has ended, or whose number another process has now, keeps nothing', () => {
    expect(whyAbandoned({ ...me, pid: 2 ** 22 + 1 }, now)).toMatch(/has ended$/)
    expect(whyAbandoned({ ...me, started: '1' }, now)).toMatch(/has ended$/)
  })

  test('of another host, boot or pid namespace is believed until it expires', () => {
    expect(whyAbandoned({ ...me, host: 'other', pid: 2 ** 22 + 1 }, now)).toBeUndefined()
  })

  test('who cannot be read keeps nothing', () => {
    expect(whyAbandoned(ownerOf({ amiproof: '' }), now)).toMatch(/^expired 1970/)
    expect(whyAbandoned(ownerOf({ ...labelsOf(me), 'amiproof.expires': 'never' }), now)).toMatch(
      /^expired 1970/,
    )
  })
})

test.for([
  ['ID=debian\n', 0, true],
  ['NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n', 0, true],
  ['ID=linuxmint\nID_LIKE="ubuntu debian"\n', 0, true],
  ['ID=debian\n', 1000, false],
  ['ID="amzn"\nID_LIKE="fedora"\n', 0, false],
  ['PRETTY_NAME="not debian"\nID=arch\n', 0, false],
  ['', 0, false],
  ['ID=debian\n', undefined, false],
] as const)('packages are installed only by root on Debian and its kin: %j as %j', ([release, uid, may]) => {
  expect(mayInstall(release, uid)).toBe(may)
})
