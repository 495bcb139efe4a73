import type { Position } from './toml.ts'

/** A key or a table header as it stands in the text. */
export interface KeyAt {
  readonly kind: 'table' | 'tables' | 'key'
  readonly path: readonly string[]
  readonly at: Position
}

/** Deeper inline tables are not looked into. */
const maxDepth = 50

interface Scanner {
  readonly text: string
  i: number
  readonly found: { kind: KeyAt['kind']; path: readonly string[]; offset: number }[]
}

const blank = /[ \t]/
const bare = /[A-Za-z0-9_-]/

const skip = (s: Scanner, while_: RegExp): void => {
  while (s.i < s.text.length && while_.test(s.text[s.i] ?? '')) s.i++
}
const skipLine = (s: Scanner): void => {
  const end = s.text.indexOf('\n', s.i)
  s.i = end < 0 ? s.text.length : end + 1
}

/** Past a string, without unescaping it: keys that need escapes are compared as they are written. */
const stringAt = (s: Scanner): string => {
  const quote = s.text[s.i] ?? ''
  const isLong = s.text.startsWith(quote.repeat(3), s.i)
  const close = isLong ? quote.repeat(3) : quote
  const start = s.i + close.length
  let i = start
  while (i < s.text.length && !s.text.startsWith(close, i)) {
    if (!isLong && s.text[i] === '\n') break
    i += quote === '"' && s.text[i] === '\\' ? 2 : 1
  }
  s.i = Math.min(i + close.length, s.text.length)
  return s.text.slice(start, i)
}

const keyAt = (s: Scanner): readonly string[] | undefined => {
  const path: string[] = []
  for (;;) {
    skip(s, blank)
    const c = s.text[s.i] ?? ''
    if (c === '"' || c === "'") path.push(stringAt(s))
    else {
      const start = s.i
      skip(s, bare)
      if (s.i === start) return undefined
      path.push(s.text.slice(start, s.i))
    }
    skip(s, blank)
    if (s.text[s.i] !== '.') return path
    s.i++
  }
}

const separators: Readonly<Record<string, RegExp>> = { '[': /[\s,]/, '{': /[\s,]/ }

const valueAt = (s: Scanner, path: readonly string[], depth: number): void => {
  skip(s, blank)
  const c = s.text[s.i] ?? ''
  if (c === '"' || c === "'") stringAt(s)
  else if ((c === '[' || c === '{') && depth < maxDepth) groupAt(s, c, path, depth)
  else while (s.i < s.text.length && !/[\n#,\]}]/.test(s.text[s.i] ?? '')) s.i++
}

const groupAt = (s: Scanner, open: '[' | '{', path: readonly string[], depth: number): void => {
  const close = open === '[' ? ']' : '}'
  s.i++
  for (;;) {
    skip(s, separators[open] ?? blank)
    const before = s.i
    if (s.i >= s.text.length) return
    if (s.text[s.i] === close) {
      s.i++
      return
    }
    if (s.text[s.i] === '#') skipLine(s)
    else if (open === '[') valueAt(s, path, depth + 1)
    else pairAt(s, path, depth + 1)
    if (s.i === before) s.i++
  }
}

const pairAt = (s: Scanner, table: readonly string[], depth: number): void => {
  const offset = s.i
  const key = keyAt(s)
  if (!key || s.text[s.i] !== '=') return
  s.i++
  const path = [...table, ...key]
  s.found.push({ kind: 'key', path, offset })
  valueAt(s, path, depth)
}

const headerAt = (s: Scanner): readonly string[] | undefined => {
  const offset = s.i
  const isMany = s.text.startsWith('[[', s.i)
  s.i += isMany ? 2 : 1
  const path = keyAt(s)
  if (path) s.found.push({ kind: isMany ? 'tables' : 'table', path, offset })
  skipLine(s)
  return path
}

const positioned = (s: Scanner): readonly KeyAt[] => {
  const starts = [0, ...[...s.text.matchAll(/\n/g)].map(({ index }) => index + 1)]
  let line = 0
  return [...s.found]
    .sort((a, b) => a.offset - b.offset)
    .map(({ kind, path, offset }) => {
      while (line + 1 < starts.length && (starts[line + 1] ?? 0) <= offset) line++
      return { kind, path, at: { line: line + 1, column: offset - (starts[line] ?? 0) + 1 } }
    })
}

/**
 * Every key and table header of a TOML text with its place, in order. Goes on behind mistakes and repeats what is repeated, so that it also serves
 * a text that no parser takes; it never fails.
 */
export const tomlKeys = (text: string): readonly KeyAt[] => {
  const s: Scanner = { text, i: text.startsWith('\uFEFF') ? 1 : 0, found: [] }
  let table: readonly string[] = []
  while (s.i < s.text.length) {
    skip(s, /\s/)
    const c = s.text[s.i]
    const before = s.i
    if (c === '[') table = headerAt(s) ?? table
    else if (c === '#') skipLine(s)
    else {
      pairAt(s, table, 0)
      skip(s, blank)
      if (s.i < s.text.length && s.text[s.i] !== '\n') skipLine(s)
    }
    if (s.i === before) s.i++
  }
  return positioned(s)
}
