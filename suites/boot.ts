import type { TestProject } from 'vitest/node'
import { messageOf } from '../src/lib/errors.ts'
import type { Report } from '../src/result/report.ts'
import { assemble } from '../src/run/assemble.ts'
import { type Asked, settle } from '../src/run/config.ts'
import { gate, newRunId } from '../src/run/gate.ts'
import { openLog } from '../src/run/log.ts'
import { blameOf } from '../src/run/phases.ts'
import { reportFiles } from '../src/run/report-files.ts'
import { thisProcess } from '../src/run/run-verb.ts'
import { writeReports } from '../src/run/write-reports.ts'
import { runFolderVariable } from './run-record.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The one report that live suites show, as JSON. */
    report: string
  }
}

/**
 * Examines the target once, before the tests of a live suite are collected, and gives them the report. Never throws: vitest would then run
 * nothing and say nothing, so whatever goes wrong is a report in which nothing was evaluated.
 */
export default async (project: TestProject): Promise<void> => {
  project.provide('report', JSON.stringify(await examined(project.name)))
}

const examined = async (suite: string): Promise<Report> => {
  const terminal = thisProcess()
  const startedAt = terminal.now().toISOString()
  const run = newRunId(terminal.now())
  try {
    const asked: Asked = { suites: [suite] }
    const settings = settle(asked, terminal.env, terminal.cwd)
    const log = await openLog(terminal, { format: settings.log, verbosity: 0, fields: { run } })
    const interruption = new AbortController()
    const interrupt = () => interruption.abort()
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
    try {
      const { report, evidence } = await gate(run, settings, terminal, log, interruption.signal)
      const folder = process.env[runFolderVariable]
      if (folder) writeReports(folder, suite, await reportFiles(report, evidence, settings.junit))
      return report
    } finally {
      log.end()
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
    }
  } catch (error) {
    process.stderr.write(`suite ${suite}: ${messageOf(error)}\n`)
    return nothingFrom(suite, run, startedAt, terminal.version, error)
  }
}

const nothingFrom = (
  suite: string,
  run: string,
  startedAt: string,
  version: string,
  error: unknown,
): Report =>
  assemble({
    version,
    run: {
      id: run,
      startedAt,
      finishedAt: startedAt,
      suites: [suite],
      acceptInferred: false,
      interrupted: false,
    },
    subjects: [
      {
        id: 'set-up',
        address: 'set-up',
        spec: null,
        specOrigin: null,
        requireProof: false,
        capabilities: { declared: [], measured: [] },
        evidenceSha256: null,
        versions: {},
        phases: [{ name: 'plan', status: 'failed', startedAt, durationMs: 0, ...blameOf(error) }],
        results: [],
      },
    ],
    waivers: [],
    rules: [],
  })
