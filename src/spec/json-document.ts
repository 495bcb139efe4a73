import type { Document } from './document.ts'

/** Deeper documents are refused; a NodeConfig nests about ten levels. */
export const MAX_DEPTH = 500

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y
const space = /[ \t\n\r]*/y

/**
 * Reads JSON as RFC 8259 has it. Unlike `JSON.parse` it keeps duplicate keys (Go decodes both into the same struct) and integers beyond
 * 2^53. Throws SyntaxError with the position.
 */
export const readJson = (text: string): Document => {
  let at = 0
  const fail = (expected: string): never => {
    throw new SyntaxError(`expected ${expected} at offset ${at}`)
  }
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0] ?? ''
    at += found.length
    return found
  }
  const take = (token: string): boolean => {
    const here = text.startsWith(token, at)
    if (here) at += token.length
    return here
  }
  const separated = (close: string, item: () => void): void => {
    match(space)
    if (take(close)) return
    for (;;) {
      match(space)
      item()
      match(space)
      if (take(close)) return
      if (!take(',')) fail(`"," or "${close}"`)
    }
  }
  const quoted = (): string => {
    const raw = match(string)
    return raw === '' ? fail('a string') : String(JSON.parse(raw))
  }
  const value = (depth: number): Document => {
    if (depth > MAX_DEPTH) throw new SyntaxError(`it nests deeper than ${MAX_DEPTH} levels, at offset ${at}`)
    match(space)
    if (take('{')) {
      const entries: [string, Document][] = []
      separated('}', () => {
        const key = quoted()
        match(space)
        if (!take(':')) fail('":"')
        entries.push([key, value(depth + 1)])
      })
      return { entries }
    }
    if (take('[')) {
      const items: Document[] = []
      separated(']', () => items.push(value(depth + 1)))
      return items
    }
    if (text[at] === '"') return quoted()
    if (take('true')) return true
    if (take('false')) return false
    if (take('null')) return null
    const digits = match(number)
    if (digits === '') fail('a value')
    return exact(digits)
  }
  const document = value(0)
  match(space)
  return at === text.length ? document : fail('the end')
}

/** An integer that a double cannot hold stays a bigint. */
const exact = (digits: string): number | bigint => {
  const value = Number(digits)
  return Number.isSafeInteger(value) || !/^-?\d+$/.test(digits) ? value : BigInt(digits)
}
