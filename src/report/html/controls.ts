import { frameworks } from '../../frameworks/index.ts'
import { standings } from '../../result/counts.ts'
import type { ControlResult } from '../../result/report.ts'
import { labels } from '../headline.ts'
import { html, type Markup } from './markup.ts'
import { brief, filterLink, mark, type Page } from './page.ts'

export const frameworkTitle = (id: string): string => frameworks.find((one) => one.id === id)?.title ?? id

/** What the controls of each framework came to; a control is as good as the worst of its rules. */
export const controls = ({ report }: Page): Markup => {
  const groups = [...Map.groupBy(report.controls, ({ framework }) => framework)]
  if (groups.length === 0) return html``
  return html`<section aria-labelledby="controls"><h2 id="controls">Controls</h2>
<p class="note">A control is as good as the worst of its rules, over all subjects.</p>
${groups.map(([id, members]) => framework(id, members))}</section>`
}

const framework = (id: string, members: readonly ControlResult[]): Markup => {
  const listed = frameworks.find((one) => one.id === id)
  const counted = standings
    .map((one) => [one, members.filter(({ status }) => status === one).length] as const)
    .filter(([, count]) => count > 0)
  const titles = new Map(listed?.controls.map((control) => [control.id, control.title]))
  return html`<details class="framework"><summary><h3>${brief(listed?.title ?? id)}</h3> <span class="tally">${members.length} ${listed ? html`of ${listed.controls.length} controls were examined` : 'controls'}: ${counted.map(([one, count], at) => html`${at > 0 && ', '}${count} ${labels[one]}`)}</span></summary>
<div class="scroll" role="group" aria-label="Controls of ${brief(id)}" tabindex="0"><table><thead><tr><th scope="col">Control</th><th scope="col">Result</th><th scope="col">Rules</th></tr></thead><tbody>
${members.map(
  (one) =>
    html`<tr><th scope="row">${filterLink({ framework: id, q: one.id }, brief(one.id))}${titles.has(one.id) && html`<span class="sub">${brief(titles.get(one.id) ?? '')}</span>`}</th><td class="status">${mark(one.status)} ${labels[one.status]}</td><td>${one.checks.join(', ')}</td></tr>`,
)}</tbody></table></div></details>`
}
