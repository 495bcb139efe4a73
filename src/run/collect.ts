import { randomBytes } from 'node:crypto'
import type { Evidence } from '../facts/evidence.ts'
import type { Fact } from '../facts/fact.ts'
import { probes } from '../facts/index.ts'
import { redactEvidence, redactText } from '../facts/redact.ts'
import { AmiproofError } from '../lib/errors.ts'
import { type Exec, text } from '../lib/exec.ts'
import type { Target } from '../targets/target.ts'
import { readCollection } from './collect-read.ts'
import { collectScript, type Probes } from './collect-script.ts'

export interface CollectOptions {
  /** Version of amiproof, for the header. */
  readonly collector: string
  /** Suites that will judge; they decide which slow probes run. */
  readonly suites?: readonly string[]
  readonly signal?: AbortSignal
  /** Milliseconds for the whole collection. Default 180,000. */
  readonly timeoutMs?: number
  /** Key of the redactions; equal secrets look equal within collections that share it. Default: a new one. */
  readonly redactionKey?: Uint8Array
  readonly now?: () => Date
}

const defaultCollectionMs = 180_000

/** The probes that these suites need: all that are not slow, and the slow ones they ask for. */
export const probesFor = (suites: readonly string[] = []): Probes =>
  Object.fromEntries(
    Object.entries<Fact<unknown>>(probes).filter(
      ([, fact]) => !fact.slow || fact.suites?.some((suite) => suites.includes(suite)),
    ),
  )

/**
 * Collects the evidence of a node in one `target.exec`, redacted. Throws an {@link AmiproofError} of kind `collect` when it did
 * not arrive whole, `interrupted` when `signal` fired, and whatever the target throws when the script could not be run.
 */
export const collect = async (target: Target, options: CollectOptions): Promise<Evidence> => {
  const { suites, signal, timeoutMs = defaultCollectionMs, now = () => new Date() } = options
  const key = options.redactionKey ?? randomBytes(32)
  const nonce = randomBytes(16).toString('hex')
  const asked = probesFor(suites)
  const collectedAt = now().toISOString()
  const exec = await target.exec(collectScript(asked, nonce), { timeoutMs, ...(signal && { signal }) })
  if (signal?.aborted)
    throw new AmiproofError(`Stopped collecting from ${target.address}: the run was interrupted.`, {
      kind: 'interrupted',
      code: 'interrupted',
      op: `collect evidence from ${target.address}`,
      blame: 'user',
      cause: signal.reason,
    })
  const found = answer(target, exec, nonce, key)
  const missing = Object.keys(asked).filter((name) => !Object.hasOwn(found, name))
  if (missing.length > 0) throw failed(target, `it lacks the probes ${missing.join(', ')}`, undefined)
  return redactEvidence(
    {
      schema: 1,
      collector: options.collector,
      target: target.address,
      collectedAt,
      durationMs: exec.durationMs,
      capabilities: target.capabilities,
      probes: found,
    },
    key,
  )
}

const answer = (target: Target, exec: Exec, nonce: string, key: Uint8Array): Evidence['probes'] => {
  if (exec.timedOut)
    throw failed(
      target,
      `it took longer than ${Math.round(exec.durationMs / 1000)} s and was killed`,
      undefined,
    )
  try {
    return readCollection(exec.stdout, nonce)
  } catch (cause) {
    if (!(cause instanceof AmiproofError)) throw cause
    const said = redactText(text(exec.stderr).trim(), key).slice(-300)
    const ending = `the shell ended with ${exec.exitCode ?? 'no exit code'}${said && ` and said "${said}"`}`
    throw failed(target, `${cause.message} (${ending})`, cause)
  }
}

const failed = (target: Target, why: string, cause: AmiproofError | undefined): AmiproofError =>
  new AmiproofError(`Cannot collect evidence from ${target.address}: ${why}`, {
    kind: 'collect',
    code: cause?.code ?? 'collection-incomplete',
    op: `collect evidence from ${target.address}`,
    blame: 'instance',
    retryable: true,
    cause,
  })
