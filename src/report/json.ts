import type { Reporter } from './reporter.ts'

/** `report.json`: the report itself, as docs/schema/report.schema.json describes it. */
export const json: Reporter = (report) => `${JSON.stringify(report, null, 2)}\n`
