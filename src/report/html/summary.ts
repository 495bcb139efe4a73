import { standingOf, standings } from '../../result/counts.ts'
import { type Result, severities } from '../../result/result.ts'
import { labels } from '../headline.ts'
import { severest } from '../show.ts'
import { html, type Markup } from './markup.ts'
import { brief, filterLink, instant, mark, type Page, plural, type Standing } from './page.ts'

/** The verdict and its denominator: what a reader looks for first. */
export const verdict = (page: Page): Markup => {
  const { report } = page
  const { counts, run } = report
  const { status, undecided } = report.verdict
  return html`<section class="verdict ${status}" aria-labelledby="verdict">
<h1 id="verdict"><span class="eyebrow">amiproof · ${report.subjects.map(({ address }) => brief(address)).join(', ') || 'no node'}</span>${words[status]}</h1>
<p class="lead">${failures(page)} · ${undecided.length} undecided</p>
<p class="ratio"><b>${counts.byStatus.pass}</b> of ${counts.total} rules passed<span class="sub">${rest(page)}</span></p>
${worst(page)}
${reasons(page)}
<p class="run">Run ${brief(run.id)} · ${instant(run.startedAt)} to ${instant(run.finishedAt)}${run.suites.length > 0 && ` · suites ${brief(run.suites.join(', '))}`}${run.acceptInferred && ' · inferred specs accepted'} · amiproof ${brief(report.tool.version)}</p>
</section>`
}

/** `5 failures of the image (1 critical, 4 high)`. */
const failures = ({ report }: Page): string => {
  const { failed } = report.verdict
  const bySeverity = severities
    .map((severity) => [severity, report.counts.bySeverity[severity].fail] as const)
    .filter(([, count]) => count > 0)
  const isWhole = bySeverity.reduce((all, [, count]) => all + count, 0) === failed
  const detail = bySeverity.map(([severity, count]) => `${count} ${severity}`).join(', ')
  return `${plural(failed, 'failure')} of the image${isWhole && failed > 0 ? ` (${detail})` : ''}`
}

/** What became of the rules that did not pass; with those that did it is the denominator. */
const rest = ({ report }: Page): string =>
  standings
    .filter((one) => one !== 'pass' && report.counts.byStatus[one] > 0)
    .map((one) => `${report.counts.byStatus[one]} ${labels[one]}`)
    .join(' · ')

/** How many failures the verdict names; the rest are a scroll away. */
const named = 5

/** The worst failures by name. */
const worst = ({ report, anchorOf, hasMany }: Page): Markup => {
  const failed = severest(
    report.subjects.flatMap(({ results }) => results.filter((one) => standingOf(one) === 'fail')),
  )
  const more = failed.length - named
  const subjectOf = (result: Result) =>
    report.subjects.find(({ results }) => results.includes(result))?.id ?? ''
  return html`${
    failed.length > 0 &&
    html`<ul class="worst" aria-label="The worst failures">${failed
      .slice(0, named)
      .map(
        (one) =>
          html`<li><span class="severity ${one.rule.severity}">${one.rule.severity}</span> <span><a href="#${anchorOf(one)}">${brief(one.rule.title)}</a>${hasMany && html` <span class="where">${brief(subjectOf(one))}</span>`}</span></li>`,
      )}${more > 0 && html`<li><span></span> <a href="#results">and ${more} more</a></li>`}</ul>`
  }`
}

/** Phases that condemn the image, and everything that kept the run from a decision. */
const reasons = ({ report, hasMany }: Page): Markup => {
  const broken = report.subjects.flatMap(({ id, phases }) =>
    phases
      .filter(({ status, blame }) => status === 'failed' && blame === 'image')
      .map(({ name, message }) => ({
        subject: id,
        message: `${name} failed: ${message ?? 'no reason given'}`,
      })),
  )
  const all = [...broken, ...report.verdict.undecided]
  const item = ({ subject, message }: (typeof all)[number]) =>
    html`<li>${hasMany && subject !== '' && html`<b>${brief(subject)}</b>: `}${brief(message)}</li>`
  return html`${all.length > 0 && html`<ul class="why">${all.map(item)}</ul>`}`
}

const words = {
  pass: 'Pass',
  fail: 'Fail',
  undecided: 'Undecided',
  impossible: 'Impossible',
  interrupted: 'Interrupted',
} as const

/** Counts by status and severity. Every cell asks for its results. */
export const counts = ({ report }: Page): Markup => {
  const { total, byStatus, bySeverity } = report.counts
  const sums = severities.map((severity) =>
    Object.values(bySeverity[severity]).reduce((all, one) => all + one, 0),
  )
  const cell = (count: number, standing: Standing, severity?: (typeof severities)[number]) =>
    count === 0
      ? html`<td class="none">0</td>`
      : html`<td>${filterLink(severity ? { status: standing, severity } : { status: standing }, count, `${count} ${labels[standing]}${severity ? `, ${severity}` : ''}: show`)}</td>`
  return html`<section aria-labelledby="counts"><h2 id="counts">Counts</h2>
${bar(report.counts.byStatus, total)}
<div class="scroll" role="group" aria-labelledby="counts" tabindex="0"><table class="counts">
<thead><tr><th scope="col">Result</th>${severities.map((severity) => html`<th scope="col">${severity}</th>`)}<th scope="col">all</th></tr></thead>
<tbody>${standings.map(
    (one) =>
      html`<tr><th scope="row">${mark(one)} ${labels[one]}</th>${severities.map((severity) => cell(bySeverity[severity][one], one, severity))}${cell(byStatus[one], one)}</tr>`,
  )}</tbody>
<tfoot><tr><th scope="row">rules</th>${sums.map((sum) => html`<td>${sum}</td>`)}<td>${total}</td></tr></tfoot>
</table></div></section>`
}

/** The whole as a line, each part as long as its share. The table says the same in figures. */
const bar = (byStatus: Readonly<Record<Standing, number>>, total: number): Markup => {
  if (total === 0) return html``
  let at = 0
  const parts = standings.map((one) => {
    const start = at
    at += (byStatus[one] / total) * 1000
    return html`<rect class="${one}" x="${start.toFixed(2)}" width="${Math.max(0, at - start - 1.5).toFixed(2)}" height="10"/>`
  })
  return html`<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">${parts}</svg>`
}
