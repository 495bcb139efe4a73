import { byReading, standingOf } from '../../result/counts.ts'
import type { Result } from '../../result/result.ts'
import { labels } from '../headline.ts'
import { html, type Markup } from './markup.ts'
import { brief, mark, type Page, plural } from './page.ts'

/** Rules by subjects, where a run has several: only the rules that did not come out the same and well everywhere. */
export const matrix = (page: Page): Markup => {
  const { subjects } = page.report
  if (subjects.length < 2) return html``
  const tables = subjects.map(({ results }) => new Map(results.map((one) => [one.rule.id, one])))
  const ids = [...new Set(tables.flatMap((table) => [...table.keys()]))].sort(byReading)
  const rows = ids.map((id) => ({ id, cells: tables.map((table) => table.get(id)) }))
  const shown = rows.filter(({ cells }) => !isUnremarkable(cells))
  const rest = rows.length - shown.length
  return html`<section aria-labelledby="matrix"><h2 id="matrix">Subjects side by side</h2>
${
  shown.length > 0 &&
  html`<div class="scroll" role="group" aria-labelledby="matrix" tabindex="0"><table class="matrix"><thead><tr><th scope="col">Rule</th>${subjects.map(({ id }) => html`<th scope="col">${brief(id)}</th>`)}</tr></thead><tbody>
${shown.map(({ id, cells }) => html`<tr><th scope="row">${brief(id)}</th>${cells.map((one) => html`<td>${one ? cell(page, one) : html`<span class="sub">not run</span>`}</td>`)}</tr>`)}
</tbody></table></div>`
}
<p class="note">${shown.length === 0 ? `All ${plural(rest, 'rule')}` : `The other ${plural(rest, 'rule')}`} came out the same on every subject: passed, not applicable or unproven.</p></section>`
}

const quiet = new Set(['pass', 'notApplicable', 'unproven'])

const isUnremarkable = (cells: readonly (Result | undefined)[]): boolean => {
  const found = new Set(cells.map((one) => one && standingOf(one)))
  return found.size === 1 && [...found].every((one) => one !== undefined && quiet.has(one))
}

const cell = (page: Page, result: Result): Markup => {
  const standing = standingOf(result)
  return html`<a href="#${page.anchorOf(result)}">${mark(standing)} ${labels[standing]}</a>`
}
