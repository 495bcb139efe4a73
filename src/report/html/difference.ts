import { plain } from '../../result/plain.ts'
import { show } from '../show.ts'
import { type DiffLine, lineDiff } from './line-diff.ts'
import { html, type Markup } from './markup.ts'

/** Equal lines that are kept around a change. */
const context = 3

/** What was expected against what was found: a line diff of tables, lists and texts that have lines in common, else one beside the other. */
export const difference = (expected: unknown, actual: unknown): Markup => {
  const [left, right] = texts(expected, actual)
  const lines = lineDiff(left.split('\n'), right.split('\n'))
  const areTables = [expected, actual].every((one) => typeof one === 'object' && one !== null)
  return areTables || lines.some(({ kind, text }) => kind === 'same' && /\w/.test(text))
    ? diffed(lines)
    : html`<div class="pair">${value('Expected', left, 'want')}${value('Found', right, 'got')}</div>`
}

/** A labelled value. */
export const value = (label: string, text: string, shade: 'want' | 'got' | 'plain'): Markup =>
  html`<div class="value ${shade}"><p>${label}</p><pre${scrolling(text.split('\n').length)}>${text}</pre></div>`

/** What is long scrolls by itself, and then the keyboard has to reach it. */
const scrolling = (lines: number): Markup => html`${lines > 24 && html` class="long" tabindex="0"`}`

/** A value as text, the keys of its tables sorted: their order says nothing. */
export const valueText = (of: unknown): string => show(sorted(plain(of)))

const texts = (expected: unknown, actual: unknown): readonly [string, string] => {
  const left = valueText(expected)
  const right = valueText(actual)
  // '1' and 1 read alike, and so do null and the text "(absent)": then the difference is the type.
  if (left === right) return [JSON.stringify(plain(expected)), JSON.stringify(plain(actual))]
  return [left, right]
}

const sorted = (of: unknown): unknown => {
  if (Array.isArray(of)) return of.map(sorted)
  if (typeof of !== 'object' || of === null) return of
  return Object.fromEntries(
    Object.entries(of)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}

const diffed = (lines: readonly DiffLine[]): Markup =>
  html`<div class="diff"><p><del>− expected</del> <ins>+ found</ins></p><pre${scrolling(lines.length)}>${runs(
    lines,
  ).map((run, at, all) =>
    run[0]?.kind === 'same' ? equal(run, at === 0, at === all.length - 1) : changed(run),
  )}</pre></div>`

/** Neighbouring lines that are all equal, or all changed. */
const runs = (lines: readonly DiffLine[]): readonly (readonly DiffLine[])[] => {
  const found: DiffLine[][] = []
  for (const line of lines) {
    const last = found.at(-1)
    if (last && (last[0]?.kind === 'same') === (line.kind === 'same')) last.push(line)
    else found.push([line])
  }
  return found
}

const equal = (run: readonly DiffLine[], isFirst: boolean, isLast: boolean): Markup => {
  const head = isFirst ? 0 : context
  const tail = isLast ? 0 : context
  const hidden = run.length - head - tail
  const line = ({ text }: DiffLine) => html`<span>  ${text}\n</span>`
  if (hidden < 2) return html`${run.map(line)}`
  return html`${run.slice(0, head).map(line)}<span class="fold">  … ${hidden} equal lines\n</span>${run.slice(run.length - tail).map(line)}`
}

const changed = (run: readonly DiffLine[]): Markup => {
  const removed = run.filter(({ kind }) => kind === 'removed').map(({ text }) => text)
  const added = run.filter(({ kind }) => kind === 'added').map(({ text }) => text)
  const areParallel = removed.length === added.length
  const del = removed.map(
    (text, at) => html`<del>− ${marked(text, areParallel ? added[at] : undefined)}\n</del>`,
  )
  const ins = added.map(
    (text, at) => html`<ins>+ ${marked(text, areParallel ? removed[at] : undefined)}\n</ins>`,
  )
  const haveEqualKeys = areParallel && removed.every((text, at) => isSameKey(text, added[at] ?? ''))
  return html`${haveEqualKeys ? del.map((one, at) => [one, ins[at]]) : [del, ins]}`
}

/** Whether two lines are about one key: `"key":` of JSON, `key =` of TOML, INI and sysctl. */
const isSameKey = (a: string, b: string): boolean => {
  const key = /^\s*(?:"(?:[^"\\]|\\.)*":|[\w.-]+\s*=)/.exec(a)?.[0]
  return key !== undefined && b.startsWith(key)
}

/** A line with what differs from its counterpart marked, where the two have a beginning or an end in common. */
const marked = (text: string, other: string | undefined): Markup => {
  if (other === undefined) return html`${text}`
  const most = Math.min(text.length, other.length)
  let head = 0
  while (head < most && text[head] === other[head]) head++
  while (head > 0 && isInWord(text, head)) head--
  let tail = 0
  while (tail < most - head && text.at(-1 - tail) === other.at(-1 - tail)) tail++
  while (tail > 0 && isInWord(text, text.length - tail)) tail--
  if (head + tail === 0) return html`${text}`
  const end = text.length - tail
  return html`${text.slice(0, head)}${head < end && html`<mark>${text.slice(head, end)}</mark>`}${text.slice(end)}`
}

/** Whether the place between two characters is within a word, or within one character beyond the basic plane. */
const isInWord = (text: string, at: number): boolean =>
  /^(?:\w\w|[\ud800-\udbff][\udc00-\udfff])$/.test(text.slice(at - 1, at + 1))
