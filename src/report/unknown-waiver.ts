import { nearest } from '../lib/nearest.ts'
import type { Report } from '../result/report.ts'
import type { Waiver } from '../result/result.ts'
import { targetOf } from './show.ts'

/** `; did you mean network/ip-forward?` for a waiver that names nothing, by the checks and controls of the run; else nothing. */
export const meantBy = (waiver: Waiver, { subjects }: Report): string => {
  const rules = subjects.flatMap(({ results }) => results.map(({ rule }) => rule))
  const known =
    waiver.check === undefined
      ? rules.flatMap(({ controls = [] }) => controls.map((control) => targetOf({ ...waiver, control })))
      : rules.map(({ id }) => id)
  const near = nearest(targetOf(waiver), [...new Set(known)])
  return near === undefined ? '' : `; did you mean ${near}?`
}
