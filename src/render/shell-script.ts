/** A text with the offset, in UTF-16 units, at which it stands in the script. */
export interface Span {
  readonly text: string
  readonly at: number
}

/** A here-document: its body as written, and the command it feeds. */
export interface HereDocument {
  readonly body: Span
  /** Quoted delimiters keep `$` and backquotes as they are. */
  readonly isQuoted: boolean
  readonly isEnded: boolean
  readonly command: Span
}

/** A script taken apart as far as a linter needs: command lines without comments, and here-documents. */
export interface ShellScript {
  readonly commands: readonly Span[]
  readonly heredocs: readonly HereDocument[]
}

/** Quoted strings stay, comments become blanks of the same length. */
const withoutComments = (line: string): string => {
  let quote = ''
  for (let i = 0; i < line.length; i++) {
    const c = line[i] ?? ''
    if (c === '\\' && quote !== "'") i++
    else if (quote) quote = c === quote ? '' : quote
    else if (c === '"' || c === "'") quote = c
    else if (c === '#' && (i === 0 || /[\s;&|()]/.test(line[i - 1] ?? '')))
      return line.slice(0, i) + ' '.repeat(line.length - i)
  }
  return line
}

const marker = /(?<!<)<<(-?)\s*(\\?)(['"]?)([A-Za-z_][A-Za-z0-9_]*)\3(?!<)/g

/**
 * Splits a shell script. Lines joined by a backslash are one command; the backslash and the newline become two blanks, so that every offset
 * stays the offset in the script.
 */
export const readShell = (script: string): ShellScript => {
  const joined = script.replace(/\\\r?\n/g, (eol) => ' '.repeat(eol.length))
  const commands: Span[] = []
  const heredocs: HereDocument[] = []
  let at = 0
  const line = (): Span | undefined => {
    if (at >= joined.length) return undefined
    const end = joined.indexOf('\n', at)
    const span = { text: joined.slice(at, end < 0 ? joined.length : end), at }
    at = end < 0 ? joined.length : end + 1
    return span
  }
  for (let raw = line(); raw; raw = line()) {
    const command = { text: withoutComments(raw.text), at: raw.at }
    if (command.text.trim() === '') continue
    commands.push(command)
    for (const [, dash, backslash, quote, delimiter] of command.text.matchAll(marker)) {
      const start = at
      let end: number | undefined
      // A body is read as it was written: its backslashes at line ends are its own.
      while (at < script.length && end === undefined) {
        const stop = script.indexOf('\n', at)
        const text = script.slice(at, stop < 0 ? script.length : stop).replace(/\r$/, '')
        if ((dash ? text.replace(/^\t+/, '') : text) === delimiter) end = at
        at = stop < 0 ? script.length : stop + 1
      }
      heredocs.push({
        body: { text: script.slice(start, end ?? script.length), at: start },
        isQuoted: backslash !== '' || quote !== '',
        isEnded: end !== undefined,
        command,
      })
    }
  }
  return { commands, heredocs }
}
