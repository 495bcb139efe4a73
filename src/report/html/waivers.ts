import type { WaiverReport } from '../../result/report.ts'
import type { Waiver } from '../../result/result.ts'
import { lastDayOf } from '../../result/waiver-match.ts'
import { targetOf } from '../show.ts'
import { html, type Markup } from './markup.ts'
import { brief, type Page, plural } from './page.ts'

interface Row {
  readonly waiver: Waiver
  readonly state: string
  readonly isWrong: boolean
  readonly accepts: string
}

/** Every waiver, the one that ends first at the top. */
export const waivers = ({ report }: Page): Markup => {
  const rows = rowsOf(report.waivers).toSorted((a, b) => (lastDayOf(a.waiver) < lastDayOf(b.waiver) ? -1 : 1))
  if (rows.length === 0)
    return html`<section aria-labelledby="waivers"><h2 id="waivers">Waivers</h2><p class="note">None: no failure was accepted.</p></section>`
  return html`<section aria-labelledby="waivers"><h2 id="waivers">Waivers, by expiry</h2>
<div class="scroll" role="group" aria-labelledby="waivers" tabindex="0"><table><thead><tr><th scope="col">Last day</th><th scope="col">State</th><th scope="col">Accepts</th><th scope="col">Owner and reason</th></tr></thead><tbody>
${rows.map(
  ({ waiver, state, isWrong, accepts }) =>
    html`<tr><th scope="row">${lastDayOf(waiver)}<span class="sub">${left(lastDayOf(waiver), report.run.finishedAt)}</span></th><td${isWrong && html` class="warning"`}>${state}</td><td><code>${brief(targetOf(waiver))}</code><span class="sub">${accepts}</span></td><td>${brief(waiver.owner)}<span class="sub">${brief(waiver.reason)}</span>${scopeOf(waiver)}</td></tr>`,
)}</tbody></table></div></section>`
}

const rowsOf = (said: WaiverReport): readonly Row[] => {
  const wrong = (list: readonly Waiver[], state: string): readonly Row[] =>
    list.map((waiver) => ({ waiver, state, isWrong: true, accepts: '' }))
  return [
    ...said.applied.map(({ waiver, subject, checks }) => ({
      waiver,
      state: 'accepts a failure',
      isWrong: false,
      accepts: brief(`${checks.join(', ')} on ${subject}`),
    })),
    ...wrong(said.expired, 'expired: excuses nothing'),
    ...wrong(said.unknown, 'names nothing that exists'),
    ...wrong(said.unused, 'not used in this run'),
    ...wrong(said.unneeded, 'no longer needed: what it accepts passes'),
    ...wrong(said.uncompensated, 'excuses nothing: its compensating check did not pass'),
  ]
}

const scopeOf = ({ scope, compensatedBy }: Waiver): Markup => {
  const limits = Object.entries(scope ?? {}).map(([name, value]) => `${name} ${value}`)
  const all = [
    ...(limits.length > 0 ? [`only ${limits.join(', ')}`] : []),
    ...(compensatedBy ? [`compensated by ${compensatedBy}`] : []),
  ]
  return html`${all.length > 0 && html`<span class="sub">${brief(all.join('; '))}</span>`}`
}

const dayMs = 86_400_000

/** How long a waiver still excuses, from the day of the run. Its last day counts. */
const left = (lastDay: string, finishedAt: string): string => {
  const days = Math.round(
    (Date.parse(`${lastDay}T00:00:00Z`) - Date.parse(`${finishedAt.slice(0, 10)}T00:00:00Z`)) / dayMs,
  )
  if (!Number.isFinite(days)) return ''
  return days < 0
    ? `ended ${plural(-days, 'day')} before this run`
    : days === 0
      ? 'its last day'
      : `${plural(days, 'day')} left`
}
