/**
 * The words that systemd makes of an unquoted `$VARIABLE` in ExecStart: split at white space, with quotes and backslashes taken away
 * (systemd.service(5), "Command lines"; `extract_first_word` with EXTRACT_RELAX | EXTRACT_UNQUOTE).
 */
export const systemdWords = (text: string): readonly string[] => {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let index = 0; index < text.length; index++) {
    const c = text[index] ?? ''
    if (c === '\\') word = (word ?? '') + (text[++index] ?? '\\')
    else if (quote !== '') {
      if (c === quote) quote = ''
      else word += c
    } else if (c === '"' || c === "'") {
      quote = c
      word ??= ''
    } else if (/[ \t\n\r]/.test(c)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + c
  }
  if (word !== undefined) words.push(word)
  return words
}

/** Whether every quote is closed and no backslash dangles. */
export const isBalanced = (text: string): boolean => {
  let quote = ''
  for (let index = 0; index < text.length; index++) {
    const c = text[index] ?? ''
    if (c === '\\') {
      if (++index >= text.length) return false
    } else if (quote !== '') {
      if (c === quote) quote = ''
    } else if (c === '"' || c === "'") quote = c
  }
  return quote === ''
}
