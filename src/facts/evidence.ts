import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import type { Exec } from '../lib/exec.ts'
import { once } from '../lib/lazy.ts'
import { zod } from '../lib/zod.ts'
import type { Capability } from '../result/result.ts'

/** One probe's output as it is kept: text when it is valid UTF-8, base64 otherwise. */
export type Output = string | { readonly base64: string }

/** What one probe printed, and how it ended. */
export interface ProbeOutput {
  readonly version: number
  /** null: killed by its timeout. */
  readonly exitCode: number | null
  readonly timedOut: boolean
  readonly truncated: boolean
  readonly durationMs: number
  readonly stdout: Output
  readonly stderr: Output
}

const capabilities = [
  'systemd',
  'cgroup2',
  'kernel',
  'modules',
  'boot',
  'selinux',
  'imds',
  'network',
  'instance-store',
  'kubelet',
  'gpu',
] as const satisfies readonly Capability[]

/** The schema of a recording. */
const recording = once(() => {
  const z = zod()
  const output = z.union([z.string(), z.strictObject({ base64: z.base64() })])
  const probe = z.strictObject({
    version: z.int().positive(),
    exitCode: z.int().min(0).max(255).nullable(),
    timedOut: z.boolean(),
    truncated: z.boolean(),
    durationMs: z.number().nonnegative(),
    stdout: output,
    stderr: output,
  })
  return z.strictObject({
    schema: z.literal(1),
    collector: z.string(),
    target: z.string(),
    collectedAt: z.iso.datetime(),
    durationMs: z.number().nonnegative(),
    capabilities: z.array(z.enum(capabilities)),
    probes: z.record(z.string(), probe),
  })
})

/** What all probes of one collection printed: redacted, plain data, replayable. */
export interface Evidence {
  readonly schema: 1
  /** Version of amiproof that collected it. */
  readonly collector: string
  /** The target's address. */
  readonly target: string
  /** ISO 8601, UTC. */
  readonly collectedAt: string
  readonly durationMs: number
  /** What the target declared it could have. */
  readonly capabilities: readonly Capability[]
  readonly probes: Readonly<Record<string, ProbeOutput>>
}

/** Bytes of JSON that a recording may unpack to. */
const maxJsonBytes = 256 * 1024 * 1024

/** Keeps text as text, so that a recording can be read by people; anything else as base64, so that no byte is lost. */
export const outputOf = (bytes: Uint8Array): Output =>
  isUtf8(bytes) ? Buffer.from(bytes).toString('utf8') : { base64: Buffer.from(bytes).toString('base64') }

/** The bytes that the probe printed. */
export const bytesOf = (output: Output): Uint8Array =>
  typeof output === 'string' ? Buffer.from(output, 'utf8') : Buffer.from(output.base64, 'base64')

/** A kept output as the parsers see it. */
export const execOf = (output: ProbeOutput): Exec => ({
  exitCode: output.exitCode,
  stdout: bytesOf(output.stdout),
  stderr: bytesOf(output.stderr),
  timedOut: output.timedOut,
  truncated: output.truncated,
  durationMs: output.durationMs,
})

/** An output as evidence keeps it. */
export const probeOutputOf = (version: number, exec: Exec): ProbeOutput => ({
  version,
  exitCode: exec.exitCode,
  timedOut: exec.timedOut,
  truncated: exec.truncated,
  durationMs: exec.durationMs,
  stdout: outputOf(exec.stdout),
  stderr: outputOf(exec.stderr),
})

/**
 * A recording, read back: JSON or gzipped JSON. `name` is the file's, for the message.
 * Throws an {@link AmiproofError} of kind `config` that names the first thing wrong.
 */
export const parseEvidence = (bytes: Uint8Array, name = 'the evidence'): Evidence => {
  const json = attempt(name, () => textOf(bytes))
  const data: unknown = attempt(name, () => JSON.parse(json))
  const parsed = recording().safeParse(data)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw broken(
    name,
    `${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'not evidence'}`,
    parsed.error,
  )
}

/** The recording of evidence: gzipped JSON with a stable order of keys, so that equal evidence gives equal bytes. */
export const evidenceBytes = (evidence: Evidence): Uint8Array => gzipSync(evidenceJson(evidence))

/** The same as plain JSON, for recordings that people read. */
export const evidenceJson = (evidence: Evidence): string => {
  const probes = Object.entries(evidence.probes).sort(([a], [b]) => (a < b ? -1 : 1))
  return `${JSON.stringify({ ...evidence, probes: Object.fromEntries(probes) }, null, 1)}\n`
}

/** The sha256 of what a recording holds, whatever its compression. */
export const evidenceSha256 = (evidence: Evidence): string =>
  createHash('sha256').update(evidenceJson(evidence)).digest('hex')

const textOf = (bytes: Uint8Array): string => {
  const plain =
    bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: maxJsonBytes }) : bytes
  return new TextDecoder('utf-8', { fatal: true }).decode(plain)
}

const attempt = <T>(name: string, read: () => T): T => {
  try {
    return read()
  } catch (cause) {
    throw broken(name, messageOf(cause), cause)
  }
}

const broken = (name: string, why: string, cause: unknown): AmiproofError =>
  new AmiproofError(`Cannot read ${name}: ${why}. It must be a recording made by amiproof collect.`, {
    kind: 'config',
    code: 'bad-evidence',
    op: `read ${name}`,
    blame: 'user',
    cause,
  })
