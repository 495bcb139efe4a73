import type { RunPhase, Subject } from '../../result/report.ts'
import { duration } from '../show.ts'
import { html, type Markup } from './markup.ts'
import { brief, type Page } from './page.ts'

/** How long each phase took, all subjects on one scale. */
export const timings = ({ report }: Page): Markup => {
  const all = report.subjects.flatMap(({ phases }) => phases)
  if (all.length === 0) return html``
  const starts = all.map(startOf).filter(Number.isFinite)
  const from = Math.min(...starts)
  const lengthMs = Math.max(
    1,
    ...all.map((phase) => startOf(phase) - from + phase.durationMs).filter(Number.isFinite),
  )
  return html`<section aria-labelledby="timings"><h2 id="timings">Phases</h2>
${report.subjects.map((subject) => chart(subject, { from, lengthMs }, report.subjects.length > 1))}</section>`
}

interface Scale {
  readonly from: number
  readonly lengthMs: number
}

const startOf = ({ startedAt }: RunPhase): number => Date.parse(startedAt)

const chart = ({ id, phases }: Subject, scale: Scale, isNamed: boolean): Markup =>
  html`<div class="scroll" role="group" aria-label="Phases of ${brief(id)}" tabindex="0"><table class="timings">${isNamed && html`<caption>${brief(id)}</caption>`}
<thead><tr><th scope="col">Phase</th><th scope="col">Result</th><th scope="col">Took</th><td></td></tr></thead><tbody>
${phases.map(
  (phase) =>
    html`<tr><th scope="row">${brief(phase.name)}</th><td class="p-${phase.status}">${phase.status}${phase.blame && html` (${phase.blame})`}</td><td>${duration(phase.durationMs)}</td><td class="chart">${bar(phase, scale)}${phase.message !== undefined && html`<span class="sub">${brief(phase.message)}</span>`}</td></tr>`,
)}</tbody></table></div>`

const bar = (phase: RunPhase, { from, lengthMs }: Scale): Markup => {
  const start = startOf(phase)
  if (!Number.isFinite(start)) return html``
  const x = ((start - from) / lengthMs) * 1000
  const width = Math.max(3, (phase.durationMs / lengthMs) * 1000)
  return html`<svg viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="track" width="1000" height="12"/><rect class="${phase.status}" x="${Math.min(x, 997).toFixed(1)}" width="${width.toFixed(1)}" height="12"/></svg>`
}
