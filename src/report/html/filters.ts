import { standings } from '../../result/counts.ts'
import { severities } from '../../result/result.ts'
import { labels } from '../headline.ts'
import { frameworkTitle } from './controls.ts'
import { html, type Markup } from './markup.ts'
import { brief, type Page } from './page.ts'

/** The filters of the results. Hidden until the script that makes them work shows them. */
export const filters = ({ report }: Page): Markup => {
  const { byStatus, bySeverity, total } = report.counts
  const box = (name: string, value: string, label: string) =>
    html`<label><input type="checkbox" name="${name}" value="${value}"><span>${label}</span></label>`
  const choice = (name: string, label: string, options: readonly (readonly [string, string])[]) =>
    options.length > 0 &&
    html`<label class="choice">${label} <select name="${name}"><option value="">all</option>${options.map(
      ([value, text]) => html`<option value="${value}">${text}</option>`,
    )}</select></label>`
  const sum = (tally: object) => Object.values(tally).reduce((all: number, one: number) => all + one, 0)
  const frameworks = [...new Set(report.controls.map(({ framework }) => framework))]
  return html`<form id="filters" hidden role="search" aria-label="Filter the results">
<label class="text">Text <input type="search" name="q" autocomplete="off" spellcheck="false" placeholder="rule, control, path, value …"></label>
<fieldset><legend>Result</legend>${standings.filter((one) => byStatus[one] > 0).map((one) => box('status', one, labels[one]))}</fieldset>
<fieldset><legend>Severity</legend>${severities.filter((one) => sum(bySeverity[one]) > 0).map((one) => box('severity', one, one))}</fieldset>
${choice('phase', 'Phase', [
  ['image', 'image'],
  ['boot', 'boot'],
  ['join', 'join'],
])}
${choice(
  'framework',
  'Framework',
  frameworks.map((id) => [id, brief(frameworkTitle(id))]),
)}
${choice(
  'subject',
  'Subject',
  report.subjects.length > 1 ? report.subjects.map(({ id }) => [id, brief(id)]) : [],
)}
<p class="actions"><output id="shown">${total} of ${total} rules</output> <button type="button" id="unfold">Open all shown</button> <button type="button" id="clear">Clear</button></p>
</form>`
}
