import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** Where this run of the suites writes; set by suites/main.ts, absent when vitest is started by hand. */
export const runFolderVariable = 'AMIPROOF_RUN_FOLDER'

const counts = z.strictObject({ passed: z.int(), failed: z.int(), skipped: z.int() })

/** What the reporter leaves for suites/main.ts: per suite, how its tests ended; what happened outside of any suite. */
export const RunRecord = z.strictObject({ suites: z.record(z.string(), counts), unhandled: z.int() })
export type RunRecord = z.infer<typeof RunRecord>
export type TestCounts = z.infer<typeof counts>

export const runRecordName = 'suites.json'

/** The record of a run; undefined when vitest ended before it could write one. */
export const readRunRecord = (folder: string): RunRecord | undefined => {
  try {
    return RunRecord.parse(JSON.parse(readFileSync(join(folder, runRecordName), 'utf8')))
  } catch {
    return undefined
  }
}
