import { standingOf, standings } from '../../result/counts.ts'
import type { Subject } from '../../result/report.ts'
import type { Result } from '../../result/result.ts'
import { lastDayOf } from '../../result/waiver-match.ts'
import { labels } from '../headline.ts'
import { severest } from '../show.ts'
import { difference, value, valueText } from './difference.ts'
import { html, type Markup } from './markup.ts'
import { brief, capital, mark, type Output, type Page, type Standing } from './page.ts'

/** Failures beyond this many start folded: their titles are the overview. */
const mostOpen = 20

/** Every result, worst first, in one group per standing. */
export const results = (page: Page): Markup => {
  const owner = new Map(
    page.report.subjects.flatMap((subject) => subject.results.map((one) => [one, subject] as const)),
  )
  const groups = Map.groupBy(severest([...owner.keys()]), standingOf)
  return html`${standings.map((standing) => {
    const members = groups.get(standing) ?? []
    if (members.length === 0) return html``
    const isQuiet = standing === 'pass' || standing === 'notApplicable'
    return html`<details class="group" data-group="${standing}"${!isQuiet && html` open`}>
<summary><h3>${mark(standing)} ${capital(labels[standing])} <span class="count">${members.length}</span></h3></summary>
${members.map((one, at) => row(page, owner.get(one), one, standing, standing === 'fail' && at < mostOpen))}
</details>`
  })}`
}

const row = (
  page: Page,
  subject: Subject | undefined,
  result: Result,
  standing: Standing,
  isOpen: boolean,
): Markup => {
  const { rule } = result
  const frameworks = [...new Set((rule.controls ?? []).map(({ framework }) => framework))].join('\n')
  return html`<details class="r" id="${page.anchorOf(result)}" data-status="${standing}" data-severity="${rule.severity}" data-phase="${rule.phase}" data-subject="${subject?.id}" data-framework="${frameworks}"${isOpen && html` open`}>
<summary>${mark(standing)}<span class="severity ${rule.severity}">${rule.severity}</span><span class="title">${brief(rule.title)}</span><span class="id">${brief(rule.id)}${page.hasMany && html` · ${brief(subject?.id ?? '')}`}</span></summary>
<div class="body">${body(page, subject, result)}</div></details>
`
}

const body = (page: Page, subject: Subject | undefined, result: Result): Markup => {
  const { rule, waiver, evidence } = result
  const hasExcerpt = result.status !== 'pass' && result.status !== 'notApplicable'
  const outputs = subject ? evidence.flatMap((citation) => page.outputOf(subject, citation) ?? []) : []
  const term = (name: string, text: Markup | string) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`
  return html`${outcome(result)}<dl class="facts">
${result.status === 'fail' && result.where !== undefined && term('Where', html`<code>${brief(result.where)}</code>`)}
${waiver && term('Waived', html`${waiver.until === undefined ? 'review by' : 'until'} ${lastDayOf(waiver)} by ${brief(waiver.owner)}: ${brief(waiver.reason)}${waiver.compensatedBy !== undefined && html` Compensated by <code>${waiver.compensatedBy}</code>.`}`)}
${result.status !== 'pass' && result.status !== 'notApplicable' && term('Fix', inline(rule.fix))}
${outputs.length > 0 && term('Evidence', html`${outputs.map((output) => cited(output, hasExcerpt))}`)}
${rule.controls && rule.controls.length > 0 && term('Controls', rule.controls.map(({ framework, id }) => `${brief(framework)} ${brief(id)}`).join(', '))}
${term('Rule', html`<a href="#${page.anchorOf(result)}">${brief(rule.id)}</a> · phase ${rule.phase}, ${times[rule.phase]}${rule.about === 'instance' && ' · about the instance, not its image'}${rule.needs && rule.needs.length > 0 && ` · needs ${rule.needs.join(', ')}`}`)}
</dl>`
}

const times = {
  image: 'of the image before any boot',
  boot: 'of the booted node',
  join: 'of the node once it was configured to join',
} as const

const cited = ({ probe, sha256, excerpt, anchor }: Output, hasExcerpt: boolean): Markup => {
  const hash = html`<span class="hash">sha256 ${sha256.slice(0, 12)}</span>`
  return hasExcerpt
    ? html`<details class="cite"><summary>probe ${brief(probe)} ${hash}</summary><pre class="excerpt">${excerpt === '' ? '(empty)' : excerpt}</pre></details>`
    : html`<a href="#${anchor}">probe ${brief(probe)}</a> ${hash}<br>`
}

const outcome = (result: Result): Markup => {
  switch (result.status) {
    case 'fail':
      return difference(result.expected, result.actual)
    case 'pass':
      return result.actual === undefined || result.actual === null
        ? html``
        : value('Found', valueText(result.actual), 'plain')
    case 'error':
      return html`<p class="reason">${result.message}</p>`
    default:
      return html`<p class="reason">${result.reason}</p>`
  }
}

/** Text in which backquotes mark code. */
const inline = (text: string): Markup =>
  html`${text.split('`').map((part, at, all) => (at % 2 === 1 && at < all.length - 1 ? html`<code>${part}</code>` : at % 2 === 1 ? `\`${part}` : part))}`
