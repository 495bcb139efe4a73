const decoders = [
  { mark: [0xff, 0xfe], decoder: new TextDecoder('utf-16le', { fatal: true }) },
  { mark: [0xfe, 0xff], decoder: new TextDecoder('utf-16be', { fatal: true }) },
  { mark: [], decoder: new TextDecoder('utf-8', { fatal: true }) },
]

/** YAML 1.1 section 5.1: the characters a document may hold; C0 and C1 controls, surrogates and U+FFFE are not among them. */
const forbidden =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ud800-\udfff\ufffe\uffff]/u

/**
 * The text of a YAML stream: UTF-8, or UTF-16 with a byte order mark, as libyaml reads it; a lone carriage return and U+0085 break lines. Throws SyntaxError on other bytes and on
 * control characters.
 */
export const yamlText = (bytes: Uint8Array): string => {
  const found = decoders.find(({ mark }) => mark.every((byte, i) => bytes[i] === byte))
  let text: string
  try {
    text = (found?.decoder ?? new TextDecoder('utf-8', { fatal: true })).decode(bytes)
  } catch (cause) {
    throw new SyntaxError('it is not UTF-8 text', { cause })
  }
  const at = text.search(forbidden)
  if (at < 0) return text.replace(/\r(?!\n)|\u0085/g, '\n')
  const code = (text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  throw new SyntaxError(`the control character U+${code} is not allowed in YAML`)
}
