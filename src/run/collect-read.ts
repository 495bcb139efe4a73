import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { type ProbeOutput, probeOutputOf } from '../facts/evidence.ts'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { maxTotalBytes } from './collect-script.ts'

/** Bytes that a transmission may unpack to: the bound of the script, and room for its headers. */
const maxStreamBytes = maxTotalBytes + 4 * 1024 * 1024

/**
 * The probes' outputs in a transmission of {@link collectScript}, in the order they were asked for.
 * Text before and after it (a banner, a message of the day) is ignored. Throws an {@link AmiproofError} of kind `collect`
 * when the transmission is missing, cut, repeated, changed or reordered in any place, or when the script gave up.
 */
export const readCollection = (stdout: Uint8Array, nonce: string): Readonly<Record<string, ProbeOutput>> => {
  const lines = Buffer.from(stdout)
    .toString('latin1')
    .split('\n')
    .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
  const failed = lines.map((line) => marker(line, nonce, 'FAILED ')).find((reason) => reason !== undefined)
  if (failed !== undefined) throw lost('collection-failed', failed)
  return frames(unpack(envelope(lines, nonce)), nonce)
}

/** What stands between the dashes after our nonce. */
const marker = (line: string, nonce: string, word: string): string | undefined => {
  const head = `-----AMIPROOF ${nonce} ${word}`
  return line.startsWith(head) && line.endsWith('-----') ? line.slice(head.length, -5) : undefined
}

const envelope = (lines: readonly string[], nonce: string): Buffer => {
  const begins = placesOf(lines, (line) => line === `-----BEGIN AMIPROOF ${nonce}-----`)
  const ends = placesOf(lines, (line) => line.startsWith(`-----END AMIPROOF ${nonce} `))
  const [begin, end] = [begins[0], ends[0]]
  if (begin === undefined) throw lost('collection-missing', 'nothing of it arrived')
  if (end === undefined)
    throw lost('collection-cut', `it was cut after ${lines.length - begin - 1} lines, before its end`)
  if (begins.length > 1 || ends.length > 1) throw lost('collection-repeated', 'it arrived more than once')
  const trailer = /^-----END AMIPROOF [0-9a-f]+ (\d+) ([0-9a-f]{64})-----$/.exec(lines[end] ?? '')
  if (!trailer) throw lost('collection-cut', 'it was cut in its last line')
  const body = lines.slice(begin + 1, Math.max(end, begin + 1)).join('')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(body) || body.length % 4 !== 0)
    throw lost('collection-changed', 'it was changed on its way: it is not base64 any more')
  const bytes = Buffer.from(body, 'base64')
  // The last character has bits that decoding ignores.
  if (bytes.toString('base64') !== body)
    throw lost('collection-changed', 'it was changed on its way: its end is no base64')
  if (bytes.length !== Number(trailer[1]))
    throw lost('collection-changed', `${bytes.length} of its ${trailer[1]} bytes arrived`)
  if (createHash('sha256').update(bytes).digest('hex') !== trailer[2])
    throw lost('collection-changed', 'it was changed on its way: its sha256 is another')
  return bytes
}

const placesOf = (lines: readonly string[], is: (line: string) => boolean): readonly number[] =>
  lines.flatMap((line, at) => (is(line) ? [at] : []))

const unpack = (bytes: Buffer): Buffer => {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxStreamBytes })
  } catch (cause) {
    throw lost('collection-changed', `it cannot be unpacked (${messageOf(cause)})`, cause)
  }
}

const frames = (stream: Buffer, nonce: string): Readonly<Record<string, ProbeOutput>> => {
  let at = 0
  const line = (): string => {
    const end = stream.indexOf(10, at)
    if (end < 0) throw lost('collection-changed', `its frames end in the middle, at byte ${at}`)
    const text = stream.toString('latin1', at, end)
    at = end + 1
    return text
  }
  const block = (length: number): Buffer => {
    const bytes = stream.subarray(at, at + length)
    at += length
    if (stream[at] !== 10)
      throw lost('collection-changed', `a frame has another length than it says, at byte ${at}`)
    at += 1
    return bytes
  }
  const opening = /^amiproof 1 ([0-9a-f]+) (\d+)$/.exec(line())
  if (opening?.[1] !== nonce) throw lost('collection-changed', 'its first line is not ours')
  const found = new Map<string, ProbeOutput>()
  for (let header = line(); header !== 'end'; header = line()) {
    const frame = /^probe ([A-Za-z0-9]+) (\d+) (-|\d+) (\d+) ([01]) ([01]) (\d+) (\d+)$/.exec(header)
    if (!frame) throw lost('collection-changed', `${JSON.stringify(header.slice(0, 80))} is no frame`)
    const [, name = '', version, code, ms, killed, cut, out, err] = frame
    if (found.has(name)) throw lost('collection-repeated', `the probe ${name} is in it twice`)
    const exec = {
      exitCode: code === '-' ? null : Number(code),
      durationMs: Number(ms),
      timedOut: killed === '1',
      truncated: cut === '1',
      stdout: block(Number(out)),
      stderr: block(Number(err)),
    }
    found.set(name, probeOutputOf(Number(version), exec))
  }
  if (found.size !== Number(opening[2]) || at !== stream.length)
    throw lost('collection-changed', `${found.size} of its ${opening[2]} probes are in it`)
  return Object.fromEntries(found)
}

const lost = (code: string, why: string, cause?: unknown): AmiproofError =>
  new AmiproofError(
    `The collection did not arrive whole: ${why}. Collect again; if it stays, the transport or the base64, gzip or sha256sum of the node alters the evidence.`,
    {
      kind: 'collect',
      code,
      op: 'read the collection',
      blame: 'instance',
      retryable: true,
      cause,
    },
  )
