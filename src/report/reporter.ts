import type { Report } from '../result/report.ts'

/** A report in some format. Pure: the same report gives the same text. */
export type Reporter = (report: Report) => string
