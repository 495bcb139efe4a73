import { resolve } from 'node:path'
import type { Evidence } from '../facts/evidence.ts'
import { AmiproofError } from '../lib/errors.ts'
import { refuseBadAddress } from './addresses.ts'
import { settle } from './config.ts'
import { examineAlone } from './examine.ts'
import { logFlags, parseFlags, suitesAsked, usage } from './flags.ts'
import { newRunId } from './gate.ts'
import { type Log, openLog } from './log.ts'
import { planOutput } from './output-file.ts'
import { untilSignal } from './signals.ts'
import type { Terminal } from './terminal.ts'

/** What a verb needs that looks at one node and writes one file. */
export interface OneTarget {
  readonly address: string
  /** Absolute. */
  readonly file: string
  readonly open: Opening
}

interface Opening {
  readonly run: string
  readonly suites: readonly string[]
  readonly terminal: Terminal
  readonly log: Log
}

/** Reads `TARGET -o FILE`, and sees to it that FILE can be written. */
export const oneTarget = async (
  verb: string,
  args: readonly string[],
  terminal: Terminal,
): Promise<OneTarget> => {
  const { values, positionals } = parseFlags(verb, args, {
    output: { type: 'string', short: 'o' },
    overwrite: { type: 'boolean' },
    suite: { type: 'string', multiple: true },
    ...logFlags,
  })
  const [address = '', ...more] = positionals
  if (!address || more.length > 0)
    throw usage(verb, `name one target, as in: amiproof ${verb} docker: -o FILE`)
  if (!values.output) throw usage(verb, `say where to, as in: amiproof ${verb} ${address} -o FILE`)
  const suites = suitesAsked(verb, values.suite)
  const file = resolve(terminal.cwd, values.output)
  const { log: format } = settle(
    values.log === undefined ? {} : { log: values.log },
    terminal.env,
    terminal.cwd,
  )
  refuseBadAddress(address)
  planOutput(file, values.overwrite === true)
  const run = newRunId(terminal.now())
  const log = await openLog(terminal, {
    format,
    verbosity: values.verbose?.filter(Boolean).length ?? 0,
    fields: { run },
  })
  return {
    address,
    file,
    open: { run, suites, terminal, log },
  }
}

/** The evidence of one node; what went wrong is thrown, after the node was closed. */
export const evidenceOf = async (
  address: string,
  { run, suites, terminal, log }: Opening,
): Promise<Evidence> => {
  const interruption = untilSignal((name) => log.progress(`${name}: cleaning up (again to give up)`))
  try {
    const { evidence, phases } = await examineAlone(address, {
      run,
      suites,
      terminal,
      log,
      signal: interruption.signal,
    })
    const failed = phases.find(({ status }) => status === 'failed')
    if (evidence && !failed) return evidence
    throw new AmiproofError(failed?.message ?? `no evidence came from ${address}`, {
      kind: failed?.kind ?? 'collect',
      code: failed?.code ?? 'no-evidence',
      op: `collect evidence from ${address}`,
      blame: failed?.blame ?? 'harness',
    })
  } finally {
    log.end()
    interruption.end()
  }
}
