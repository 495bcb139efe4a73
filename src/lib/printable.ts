/** CSI, OSC and the other string sequences, two-character escapes, and any of them cut off by the end of the text. ECMA-48 §5.4, §5.6. */
const escapes =
  /(?:\x1b\[|\x9b)[\x30-\x3f]*[\x20-\x2f]*(?:[\x40-\x7e]|$)|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c|$)|\x1b(?:[\x20-\x2f]*[\x30-\x7e])?/g

/** Everything that XML 1.0 §2.2 forbids, the C1 controls that terminals obey, and the marks that reorder or hide text. */
const unprintable = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\u202a-\u202e\u2066-\u2069]/g

/**
 * Text that a terminal, an XML parser and a web page all show as text: no ANSI sequences (whole or cut off), no control
 * characters but tab and newline, no bidirectional overrides, no lone surrogates (they become U+FFFD). `\r\n` and `\r` become `\n`.
 */
export const printable = (text: string): string =>
  text.toWellFormed().replace(escapes, '').replace(/\r\n?/g, '\n').replace(unprintable, '')

/** Text on one line: every run of white space is one blank. */
export const oneLine = (text: string): string => printable(text).replace(/\s+/g, ' ').trim()

/** At most `max` characters: the head and the tail, and between them how much is missing. */
export const capped = (text: string, max: number, hint = 'the evidence has all of it'): string => {
  if (text.length <= max) return text
  const note = (omitted: number) => `…[${omitted} characters omitted, ${hint}]…`
  const room = Math.max(0, max - note(text.length).length)
  const head = Math.ceil(room * 0.75)
  const tail = room - head
  return `${text.slice(0, head)}${note(text.length - room)}${tail > 0 ? text.slice(-tail) : ''}`.toWellFormed()
}
