import type { ControlRef } from '../result/result.ts'

/** Items of the documents that this project grew from, as controls; docs/traceability.md lists them. */
export const trace = (...ids: readonly string[]): readonly ControlRef[] =>
  ids.map((id) => ({ framework: 'trace', id }))
