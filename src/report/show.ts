import { capped, oneLine, printable } from '../lib/printable.ts'
import { standingOf } from '../result/counts.ts'
import type { Result, Waiver } from '../result/result.ts'
import { lastDayOf } from '../result/waiver-match.ts'

/** A value for a person: text as it is, nothing as `(absent)`, structures as JSON. */
export const show = (value: unknown, indent = 2): string => {
  if (value === null || value === undefined) return '(absent)'
  if (value === '') return '(empty)'
  return printable(typeof value === 'string' ? value : (JSON.stringify(value, null, indent) ?? String(value)))
}

/** A value on one line of at most `max` characters. */
export const showBrief = (value: unknown, max = 200): string => capped(oneLine(show(value, 0)), max)

/** Why a result is what it is, on one line. */
export const reasonOf = (result: Result, max = 1_000): string => {
  switch (result.status) {
    case 'pass':
      return ''
    case 'fail':
      return capped(
        oneLine(
          `${result.where ? `${result.where}: ` : ''}expected ${showBrief(result.expected)}, found ${showBrief(result.actual)}`,
        ),
        max,
      )
    case 'error':
      return capped(oneLine(result.message), max)
    default:
      return capped(oneLine(result.reason), max)
  }
}

/** Who accepted a failure, until when and why, on one line. */
export const acceptedBy = (waiver: Waiver): string =>
  oneLine(
    `${waiver.until ? 'until' : 'with a review by'} ${lastDayOf(waiver)}, by ${waiver.owner}: ${waiver.reason}` +
      (waiver.compensatedBy ? ` (compensated by ${waiver.compensatedBy})` : ''),
  )

/** What a waiver names. */
export const targetOf = ({ check, control }: Waiver): string =>
  check ?? (control ? `${control.framework} ${control.id}` : '(nothing)')

/** Worst first, then as given: the order of every list of results. */
export const severest = (results: readonly Result[]): readonly Result[] =>
  results.toSorted((a, b) => order[a.rule.severity] - order[b.rule.severity])

const order = { critical: 0, high: 1, medium: 2, low: 3 } as const

/** The results of one standing, severest first. */
export const standing = (
  results: readonly Result[],
  wanted: ReturnType<typeof standingOf>,
): readonly Result[] => severest(results.filter((result) => standingOf(result) === wanted))

/** Milliseconds as a person says them. */
export const duration = (ms: number): string =>
  ms < 1_000
    ? `${Math.round(ms)} ms`
    : ms < 60_000
      ? `${(ms / 1_000).toFixed(1)} s`
      : `${(ms / 60_000).toFixed(1)} min`
