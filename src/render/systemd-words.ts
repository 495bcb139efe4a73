/** One argument and where it begins in the text. */
export interface Word {
  readonly text: string
  readonly offset: number
}

export interface Words {
  readonly words: readonly Word[]
  /** False when a quote is left open or a backslash dangles. */
  readonly balanced: boolean
}

/**
 * The words that systemd makes of an unquoted `$VARIABLE` in ExecStart: split at white space, with quotes and backslashes taken away
 * (systemd.service(5), "Command lines"; `extract_first_word` with EXTRACT_RELAX | EXTRACT_UNQUOTE).
 */
export const splitWords = (text: string): Words => {
  const words: Word[] = []
  let word: Word | undefined
  let quote = ''
  let balanced = true
  for (let index = 0; index < text.length; index++) {
    const c = text[index] ?? ''
    const begun: Word = word ?? { text: '', offset: index }
    if (c === '\\') {
      balanced &&= index + 1 < text.length
      word = { ...begun, text: begun.text + (text[++index] ?? c) }
    } else if (c === quote) quote = ''
    else if (quote !== '') word = { ...begun, text: begun.text + c }
    else if (c === '"' || c === "'") {
      quote = c
      word = begun
    } else if (/[ \t\n\r]/.test(c)) {
      if (word) words.push(word)
      word = undefined
    } else word = { ...begun, text: begun.text + c }
  }
  if (word) words.push(word)
  return { words, balanced: balanced && quote === '' }
}

/** The arguments alone. */
export const systemdWords = (text: string): readonly string[] =>
  splitWords(text).words.map((word) => word.text)
