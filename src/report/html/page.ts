import { oneLine } from '../../lib/printable.ts'
import type { Report, Subject } from '../../result/report.ts'
import type { Citation, Result, Severity, Status } from '../../result/result.ts'
import { html, type Markup } from './markup.ts'

export type Standing = Status | 'waived'

/** What every part of the page needs: the report, and where the parts link to each other. */
export interface Page {
  readonly report: Report
  /** Whether results have to name their subject. */
  readonly hasMany: boolean
  /** The id of a result's row. */
  readonly anchorOf: (result: Result) => string
  /** Every output that some result rests on, once. */
  readonly outputs: readonly Output[]
  readonly outputOf: (subject: Subject, citation: Citation) => Output | undefined
}

/** What a probe printed on a subject. */
export interface Output extends Citation {
  readonly anchor: string
  readonly subject: Subject
}

export const pageOf = (report: Report): Page => {
  const anchors = new Map<Result, string>()
  const taken = new Set<string>()
  for (const { id, results } of report.subjects)
    for (const result of results) {
      const wanted = anchorName(`${id}/${result.rule.id}`)
      const anchor = taken.has(wanted) ? `${wanted}.${taken.size}` : wanted
      taken.add(anchor)
      anchors.set(result, anchor)
    }
  const outputs = new Map<string, Output>()
  const keyOf = ({ id }: Subject, { probe, sha256 }: Citation) => JSON.stringify([id, probe, sha256])
  for (const subject of report.subjects)
    for (const citation of subject.results.flatMap(({ evidence }) => evidence)) {
      const key = keyOf(subject, citation)
      if (!outputs.has(key))
        outputs.set(key, { ...citation, subject, anchor: `evidence-${outputs.size + 1}` })
    }
  return {
    report,
    hasMany: report.subjects.length > 1,
    anchorOf: (result) => anchors.get(result) ?? 'results',
    outputs: [...outputs.values()],
    outputOf: (subject, citation) => outputs.get(keyOf(subject, citation)),
  }
}

/** A name that an address can end in. `=` marks filters there. */
const anchorName = (text: string): string => text.replace(/[^\w./:@-]+/g, '-').slice(0, 200)

/** Every way to be counted, as a mark that is read without colour. */
const marks: Readonly<Record<Standing, string>> = {
  fail: '✕',
  error: '!',
  waived: '≈',
  unproven: '?',
  manual: '◔',
  notApplicable: '–',
  pass: '✓',
}

export const mark = (standing: Standing): Markup =>
  html`<span class="mark ${standing}" aria-hidden="true">${marks[standing]}</span>`

/** A link that asks for some of the results; without a script it is only text. */
export const filterLink = (
  asked: {
    readonly status?: Standing
    readonly severity?: Severity
    readonly framework?: string
    readonly q?: string
  },
  text: string | number,
  label?: string,
): Markup =>
  html`<a class="filter" href="#${new URLSearchParams(asked).toString()}"${label !== undefined && html` aria-label="${label}"`}>${text}</a>`

/** Text in one line, of a length that a table can hold. */
export const brief = (text: string): string => {
  // Two thousand characters of white space and colours are no title; a megabyte is not worth reading to its end.
  const line = oneLine(text.slice(0, 2_000))
  return line.length > 300 ? `${line.slice(0, 300).toWellFormed()}…` : line
}

/** `2026-11-20 08:00:05 UTC`. */
export const instant = (iso: string): Markup =>
  html`<time datetime="${iso}">${iso.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC')}</time>`

/** A label as a heading. */
export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

/** `1 rule`, `2 rules`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
