import type { Headers } from './mime-header.ts'
import { readHeaders } from './mime-header.ts'
import { decodeQuotedPrintable } from './quoted-printable.ts'

/** A part of a multipart body, its text as bytes (latin1). `body` is undefined when it cannot be read to its end. */
export interface Part {
  readonly headers: Headers
  readonly body: string | undefined
  /** Offset of the body in the text. */
  readonly at: number
}

/** The parts that could be read, in order, and what ended the reading if it was not the final boundary. */
export interface Multipart {
  readonly parts: readonly Part[]
  readonly problem: string | undefined
}

/** More parts are refused: cloud-init user data has a handful. */
const MAX_PARTS = 1000
/** Go reads boundary lines through a buffer of this size (mime/multipart `peekBufferSize`) and fails on longer ones. */
const MAX_LINE = 5120

/**
 * Splits a multipart body as Go's mime/multipart `Reader` does: the first boundary line decides between `\n` and `\r\n`, lines before it
 * are skipped, the final boundary is required, and quoted-printable is undone.
 */
export const splitMultipart = (text: string, start: number, boundary: string): Multipart => {
  const parts: Part[] = []
  const stop = (problem?: string): Multipart => ({ parts, problem })
  if (boundary === '') return stop('the boundary is empty')
  const dash = `--${boundary}`
  let newline = '\r\n'
  let at = start
  let separated = false
  for (;;) {
    const end = text.indexOf('\n', at)
    const line = text.slice(at, end < 0 ? text.length : end + 1)
    const rest = line.startsWith(dash) ? line.slice(dash.length) : undefined
    const isFinal = rest?.startsWith('--') && ['', newline].includes(rest.slice(2).replace(/^[ \t]+/, ''))
    if (end < 0) return isFinal ? stop() : stop('the final boundary is missing')
    if (line.length > MAX_LINE) return stop(`a line of ${line.length} bytes stands between two parts`)
    at = end + 1
    const tail = rest?.replace(/^[ \t]+/, '')
    if (parts.length === 0 && tail === '\n') newline = '\n'
    if (tail === newline) {
      const part = readPart(text, at, dash, newline)
      if (typeof part === 'string') return stop(part)
      // The text ended inside the headers: Go takes that for the end of the message.
      if (part === undefined) return stop()
      parts.push(part.part)
      if (parts.length > MAX_PARTS) return stop(`there are more than ${MAX_PARTS} parts`)
      at = part.next
      separated = false
      continue
    }
    if (rest?.startsWith('--') && ['', newline].includes(rest.slice(2).replace(/^[ \t]+/, ''))) return stop()
    if (separated) return stop('something other than a boundary follows a part')
    if (parts.length === 0) continue
    if (line !== newline) return stop('something other than a boundary follows a part')
    separated = true
  }
}

const readPart = (text: string, start: number, dash: string, newline: string) => {
  const block = readHeaders(text, start, 'part')
  if (typeof block === 'string') return block
  if (!block.ended) return undefined
  const end = endOfBody(text, block.next, dash, newline)
  const raw = text.slice(block.next, end)
  const quoted = block.headers.get('content-transfer-encoding')?.toLowerCase() === 'quoted-printable'
  const body = end === undefined ? undefined : quoted ? decodeQuotedPrintable(raw) : raw
  return { part: { headers: block.headers, body, at: block.next }, next: end ?? text.length }
}

/** Where the body ends: before the newline of the next boundary; undefined if there is none. */
const endOfBody = (text: string, start: number, dash: string, newline: string): number | undefined => {
  const isBoundary = (after: number): boolean =>
    after >= text.length || /[ \t\r\n]/.test(text[after] ?? '') || text.startsWith('--', after)
  if (text.startsWith(dash, start) && isBoundary(start + dash.length)) return start
  const mark = newline + dash
  for (let at = text.indexOf(mark, start); at >= 0; at = text.indexOf(mark, at + mark.length))
    if (isBoundary(at + mark.length)) return at
  return undefined
}
