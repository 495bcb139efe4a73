/** Header fields by lower-case name, first value of each. */
export type Headers = ReadonlyMap<string, string>

/** A header block and the offset of what follows it. `ended`: false when the text ended before the blank line. */
export interface HeaderBlock {
  readonly headers: Headers
  readonly next: number
  readonly ended: boolean
}

/** Which reader's rules apply: `mail` for the head of the user data (RFC 5322), `part` for a MIME part (RFC 7230's stricter field names). */
type Rules = 'mail' | 'part'

const fieldName = /^[!#$%&'*+.^_`|~0-9A-Za-z -]+$/
const controlCharacter = /[\u0000-\u0008\u000a-\u001f\u007f]/

/** Without the blanks at its end. A loop, because `/[ \t]+$/` takes quadratic time on a run of blanks that is not the end. */
export const trimEnd = (line: string, blanks = ' \t'): string => {
  let end = line.length
  while (end > 0 && blanks.includes(line[end - 1] ?? '')) end--
  return line.slice(0, end)
}
const trimBlanks = (line: string): string => trimEnd(line).replace(/^[ \t]+/, '')

/**
 * Reads header fields from a text of bytes (latin1), folded lines included, until a blank line. Fails with a sentence where Go's
 * net/mail `readHeader` or net/textproto `ReadMIMEHeader` fails: a first line that starts with a blank, a line without a colon,
 * and in parts also field names and values with characters that are not allowed.
 */
export const readHeaders = (text: string, start: number, rules: Rules): HeaderBlock | string => {
  const headers = new Map<string, string>()
  let at = start
  const line = (): string | undefined => {
    if (at >= text.length) return undefined
    const end = text.indexOf('\n', at)
    const raw = text.slice(at, end < 0 ? text.length : end)
    at = end < 0 ? text.length : end + 1
    return end >= 0 && raw.endsWith('\r') ? raw.slice(0, -1) : raw
  }
  const folds = (): boolean => text[at] === ' ' || text[at] === '\t'
  if (folds()) return 'the first header line starts with a blank'
  for (;;) {
    const first = line()
    if (first === undefined) return { headers, next: at, ended: false }
    if (first === '') return { headers, next: at, ended: true }
    if (rules === 'part' && !first.includes(':')) return 'a header line has no colon'
    const pieces = [trimBlanks(first)]
    while (folds()) pieces.push(trimBlanks(line() ?? ''))
    const field = pieces.join(' ')
    const colon = field.indexOf(':')
    if (colon < 0) return 'a header line has no colon'
    const [name, value] = [field.slice(0, colon), field.slice(colon + 1)]
    if (rules === 'part' && (!fieldName.test(name) || controlCharacter.test(value)))
      return 'a header line has characters that are not allowed'
    const key = name.toLowerCase()
    if (key !== '' && !headers.has(key)) headers.set(key, value.replace(/^[ \t]+/, ''))
  }
}
