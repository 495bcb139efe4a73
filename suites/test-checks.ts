import { describe, inject, test } from 'vitest'
import { junitDocument } from '../src/report/junit.ts'
import type { JUnitCase } from '../src/report/junit-document.ts'
import type { Report } from '../src/result/report.ts'

/**
 * Shows the report of this suite's target in vitest: one test per phase and per result, under the names that the gate's JUnit file has.
 * The tests decide nothing; what failed, could not be decided or was skipped is settled before they are collected.
 */
export const testReport = (): void => {
  const report: Report = JSON.parse(inject('report'))
  for (const { name, cases } of junitDocument(report).suites)
    describe(name, () => {
      for (const shown of cases) test(shown.name, ({ task, skip }) => show(shown, task.meta, skip))
    })
}

const show = (shown: JUnitCase, meta: { junit?: JUnitCase }, skip: (note?: string) => void): void => {
  meta.junit = shown
  const { outcome } = shown
  if (outcome === undefined) return
  if (outcome.kind === 'skipped') {
    skip(`${outcome.type}: ${outcome.message}`)
    return
  }
  const error = new Error(outcome.body ?? outcome.message)
  error.name = outcome.type
  error.stack = `${outcome.type}: ${outcome.message}`
  throw error
}
