import { createHash } from 'node:crypto'
import { controls } from './html/controls.ts'
import { evidence } from './html/evidence.ts'
import { filters } from './html/filters.ts'
import { legend } from './html/legend.ts'
import { html, type Markup, trusted } from './html/markup.ts'
import { matrix } from './html/matrix.ts'
import { brief, type Page, pageOf } from './html/page.ts'
import { results } from './html/results.ts'
import { script } from './html/script.ts'
import { style } from './html/style.ts'
import { subjects } from './html/subjects.ts'
import { counts, verdict } from './html/summary.ts'
import { timings } from './html/timings.ts'
import { waivers } from './html/waivers.ts'
import type { Reporter } from './reporter.ts'

const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Nothing is fetched from anywhere, and nothing runs but the one script below: CSP Level 3, §2.3.1. */
const policy = [
  "default-src 'none'",
  `style-src ${digest(style)}`,
  `script-src ${digest(script)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/**
 * `report.html`: one file that needs nothing else. All of it is there without a script; the script only filters. Everything that came
 * from a node is text.
 */
export const htmlPage: Reporter = (report) => {
  const page = pageOf(report)
  const parts = partsOf(page)
  const title = `${report.verdict.status.toUpperCase()} · ${report.subjects.map(({ address }) => address).join(', ') || 'no node'} · amiproof`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="amiproof ${report.tool.version}">
<title>${brief(title)}</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#results">Skip to the results</a>
<header>${verdict(page)}</header>
<nav aria-label="Sections"><ul>${parts.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main>
<div class="overview${!page.hasMany && ' one'}">${counts(page)}${subjects(page)}</div>
${parts.map(({ content }) => content)}
</main>
<footer><p>Made by amiproof ${report.tool.version} from run ${brief(report.run.id)}. The same results as data: report.json.</p></footer>
${trusted(`<script>${script}</script>`)}
</body>
</html>
`.markup
}

interface Part {
  readonly id: string
  readonly name: string
  /** Absent: it stands in the overview. */
  readonly content?: Markup
}

/** The sections in the order of the page, but for those that would be empty. */
const partsOf = (page: Page): readonly Part[] => {
  const parts: readonly Part[] = [
    { id: 'counts', name: 'Counts' },
    { id: 'subjects', name: page.hasMany ? 'Subjects' : 'Subject' },
    { id: 'matrix', name: 'Side by side', content: matrix(page) },
    { id: 'results', name: 'Results', content: resultsPart(page) },
    { id: 'controls', name: 'Controls', content: controls(page) },
    { id: 'waivers', name: 'Waivers', content: waivers(page) },
    { id: 'timings', name: 'Phases', content: timings(page) },
    { id: 'evidence', name: 'Evidence', content: evidence(page) },
    { id: 'legend', name: 'How to read this', content: legend },
  ]
  return parts.filter(({ content }) => content?.markup !== '')
}

const resultsPart = (
  page: Page,
): Markup => html`<section aria-labelledby="results"><h2 id="results" tabindex="-1">Results</h2>
${filters(page)}
${page.report.counts.total === 0 && html`<p class="note">No rule was judged.</p>`}
<div id="rows">${results(page)}</div>
<p id="nothing" class="note" hidden>No result is like that. Clear a filter to see more.</p>
</section>`
