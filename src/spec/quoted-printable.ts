import { trimEnd } from './mime-header.ts'

/**
 * Undoes quoted-printable as Go's mime/quotedprintable does: soft line breaks, `=XX` in either case, a lone `=` kept, bytes from 0x80
 * passed through. Text of bytes (latin1) in and out; undefined where Go fails.
 */
export const decodeQuotedPrintable = (text: string): string | undefined => {
  let decoded = ''
  const lines = text.split('\n')
  for (const [i, line] of lines.entries()) {
    const last = i === lines.length - 1
    const stripped = trimEnd(line, ' \t\r')
    if (stripped.endsWith('=')) {
      const after = line.slice(stripped.length).replace(/^[ \t]+/, '')
      const soft = last ? after === '' && stripped.length > 1 : after === '' || after === '\r'
      if (!soft) return undefined
      const piece = unescapeLine(stripped.slice(0, -1))
      if (piece === undefined) return undefined
      decoded += piece
      continue
    }
    const piece = unescapeLine(stripped)
    if (piece === undefined) return undefined
    decoded += piece + (last ? '' : line.endsWith('\r') ? '\r\n' : '\n')
  }
  return decoded
}

const unescapeLine = (line: string): string | undefined => {
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(line)) return undefined
  // A line that ends right after `=` has lost its digits.
  if (/=$/.test(line)) return undefined
  return line.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
