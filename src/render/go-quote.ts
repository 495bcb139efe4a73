const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0')

const escapeOf = (c: string): string => {
  const code = c.codePointAt(0) ?? 0
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`
  if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd'
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
}

/** Letters, marks, numbers, punctuation, symbols and the ASCII space are printable to Go (`unicode.IsPrint`). */
const quotable = /["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu

/** A string as Go's `strconv.Quote` prints it. */
export const goQuote = (text: string): string => `"${text.replace(quotable, (c) => short[c] ?? escapeOf(c))}"`
