import { html, type Markup } from './markup.ts'
import { brief, type Page } from './page.ts'

/** Every probe output that some result rests on, once, with its whole hash. */
export const evidence = ({ outputs, hasMany }: Page): Markup =>
  outputs.length === 0
    ? html``
    : html`<section aria-labelledby="evidence"><h2 id="evidence">Evidence</h2>
<p class="note">The head of what each probe printed. The whole is in the evidence file beside this report, under the same hash.</p>
${outputs.map(
  ({ anchor, probe, sha256, excerpt, subject }) =>
    html`<article class="output" id="${anchor}"><h3>${brief(probe)}${hasMany && html` · ${brief(subject.id)}`}</h3><p class="hash">sha256 ${sha256}</p><pre class="excerpt">${excerpt === '' ? '(empty)' : excerpt}</pre></article>`,
)}</section>`
