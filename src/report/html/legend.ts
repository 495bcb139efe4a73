import { standings } from '../../result/counts.ts'
import { labels } from '../headline.ts'
import { html, type Markup } from './markup.ts'
import { mark } from './page.ts'

const meanings = {
  fail: 'The node is not what the rule says, and nobody accepted that.',
  error: 'The rule could not be decided; nothing is concluded.',
  waived: 'It failed, and a waiver accepts that until its last day.',
  unproven: 'This target, or this evidence, cannot show it: a container has no kernel of its own.',
  manual: 'A person has to look.',
  notApplicable: 'The spec says that the rule does not concern this node.',
  pass: 'The node is what the rule says.',
} as const

/** What the seven standings mean. */
export const legend: Markup = html`<section aria-labelledby="legend"><h2 id="legend">How to read this</h2><dl class="facts legend">${standings.map(
  (one) => html`<div><dt>${mark(one)} ${labels[one]}</dt><dd>${meanings[one]}</dd></div>`,
)}</dl></section>`
