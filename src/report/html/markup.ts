import { capped, printable } from '../../lib/printable.ts'

/** HTML that was built here; everything else that goes into a page is text. */
export interface Markup {
  readonly markup: string
}

export type Content = Markup | string | number | false | undefined | readonly Content[]

/** No single text of a page is longer than this, whatever a node printed: characters. */
const longest = 12_000

/**
 * A tagged template for HTML: what stands in it as text is escaped, so markup can only come from a template. Safe between tags and
 * in quoted attributes; not for use within `script` and `style`.
 */
export const html = (parts: TemplateStringsArray, ...contents: readonly Content[]): Markup => ({
  markup: parts.reduce((whole, part, at) => `${whole}${written(contents[at - 1])}${part}`),
})

/** Markup from a text that is known to be safe: our own style and script. */
export const trusted = (markup: string): Markup => ({ markup })

const written = (content: Content): string => {
  if (content === undefined || content === false) return ''
  if (typeof content === 'number') return String(content)
  if (typeof content === 'string') return escaped(content)
  if ('markup' in content) return content.markup
  return content.map(written).join('')
}

/** Most texts are plain words; they are told by one look. */
const needsCare = /[^\w .,:;/()@=+\-\n]/

const escaped = (text: string): string => {
  const bounded = capped(text, longest)
  return needsCare.test(bounded)
    ? printable(bounded).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
    : bounded
}
