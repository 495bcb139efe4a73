import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { annotations } from '../report/annotations.ts'
import { consoleTable } from '../report/console.ts'
import { markdown } from '../report/markdown.ts'
import { ndjson } from '../report/ndjson.ts'
import type { Reporter } from '../report/reporter.ts'
import { tap } from '../report/tap.ts'
import type { Report } from '../result/report.ts'
import { exitCodeOf } from '../result/verdict.ts'
import type { Settings } from './config.ts'
import { flagsOf, logFlags, runFlags } from './flags.ts'
import { gate, newRunId } from './gate.ts'
import { type Log, openLog } from './log.ts'
import { reportFiles } from './report-files.ts'
import { untilSignal } from './signals.ts'
import { type Terminal, type Verb, wantsColor } from './terminal.ts'
import { planReports, sweepPartialReports, writeReports } from './write-reports.ts'

/** `amiproof gate`: collect, judge, report. */
export const gateVerb: Verb = async (args, terminal) => {
  const { settings, verbosity } = flagsOf('gate', args, { ...runFlags, ...logFlags }, terminal)
  const run = newRunId(terminal.now())
  const log = await openLog(terminal, { format: settings.log, verbosity, fields: { run } })
  const interruption = untilSignal((name) => log.progress(`${name}: cleaning up (again to give up)`))
  try {
    await sweep(settings.out, terminal, log)
    const { report, evidence } = await gate(run, settings, terminal, log, interruption.signal, () =>
      planReports(settings.out, run),
    )
    const files = await reportFiles(report, evidence, settings.junit)
    log.end()
    const written = attempt(() => writeReports(settings.out, run, files))
    // A stream for programs holds nothing else: what people read goes to stderr then.
    const say = settings.format === 'text' ? terminal.out : terminal.err
    terminal.out(streams[settings.format](terminal)(report))
    if ('error' in written) terminal.err(`${messageOf(written.error)}\n`)
    else say(`reports: ${join(written.value, 'report.html')}, summary.md, junit.xml, report.json\n`)
    tellGitHub(report, { ...terminal, out: say }, log)
    const code = exitCodeOf(report)
    return 'error' in written && code === 0 ? 2 : code
  } finally {
    log.end()
    interruption.end()
  }
}

/** What stdout gets. */
const streams: Readonly<Record<Settings['format'], (terminal: Terminal) => Reporter>> = {
  text: (terminal) => consoleTable({ color: wantsColor(terminal) }),
  tap: () => tap,
  ndjson: () => ndjson,
}

/** What killed runs left is removed first. That it cannot be is no reason not to run. */
const sweep = async (out: string, terminal: Terminal, log: Log): Promise<void> => {
  try {
    sweepPartialReports(out)
    const { reap } = await import('./reap.ts')
    await reap({ env: terminal.env, now: terminal.now() })
  } catch (error) {
    const isWithoutEngine = error instanceof AmiproofError && error.kind === 'usage'
    const tell = isWithoutEngine ? log.info : log.warn
    tell(`what earlier runs left could not be swept: ${messageOf(error)}`)
  }
}

const attempt = <T>(work: () => T): { readonly value: T } | { readonly error: AmiproofError } => {
  try {
    return { value: work() }
  } catch (error) {
    if (error instanceof AmiproofError) return { error }
    throw error
  }
}

const tellGitHub = (report: Report, { env, out }: Terminal, log: Log): void => {
  if (env.GITHUB_ACTIONS === 'true') out(annotations(report))
  if (!env.GITHUB_STEP_SUMMARY) return
  try {
    appendFileSync(env.GITHUB_STEP_SUMMARY, markdown(report))
  } catch (error) {
    log.warn(`the step summary could not be written: ${messageOf(error)}`)
  }
}
