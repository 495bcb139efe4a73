/** A media type in lower case with its parameters, names in lower case. */
export interface MediaType {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
}

const token = /^[!#$%&'*+.^_`{|}~0-9A-Za-z-]+/
/** Go lets a type without a subtype pass. */
const wholeType = /^[!#$%&'*+.^_`{|}~0-9A-Za-z-]+(\/[!#$%&'*+.^_`{|}~0-9A-Za-z-]+)?$/
const special = /[()<>@,;:\\"/[\]?=]/

const unquote = (text: string): { value: string; rest: string } | undefined => {
  let value = ''
  for (let i = 1; i < text.length; i++) {
    const c = text[i] ?? ''
    if (c === '"') return { value, rest: text.slice(i + 1) }
    if (c === '\r' || c === '\n') return undefined
    const escaped = text[i + 1] ?? ''
    if (c === '\\' && special.test(escaped)) {
      value += escaped
      i++
    } else value += c
  }
  return undefined
}

const parameter = (text: string): { name: string; value: string; rest: string } | undefined => {
  if (!text.startsWith(';')) return undefined
  const afterSemicolon = text.slice(1).trimStart()
  const name = token.exec(afterSemicolon)?.[0]
  if (name === undefined) return undefined
  const afterName = afterSemicolon.slice(name.length).trimStart()
  if (!afterName.startsWith('=')) return undefined
  const raw = afterName.slice(1).trimStart()
  if (raw.startsWith('"')) {
    const quoted = unquote(raw)
    return quoted && { name: name.toLowerCase(), ...quoted }
  }
  const value = token.exec(raw)?.[0]
  return value === undefined ? undefined : { name: name.toLowerCase(), value, rest: raw.slice(value.length) }
}

const percent = (text: string): string | undefined =>
  /%(?![0-9A-Fa-f]{2})/.test(text)
    ? undefined
    : text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** `charset'language'percent-encoded`, RFC 2231 section 4; only the two charsets Go knows. */
const extended = (text: string): string | undefined => {
  const match = /^(us-ascii|utf-8)'[^']*'(.*)$/is.exec(text)
  return match ? percent(match[2] ?? '') : undefined
}

const continued = (pieces: ReadonlyMap<string, string>, name: string): string | undefined => {
  const single = pieces.get(`${name}*`)
  if (single !== undefined) return extended(single)
  let value: string | undefined
  for (let n = 0; ; n++) {
    const simple = pieces.get(`${name}*${n}`)
    const encoded = pieces.get(`${name}*${n}*`)
    if (simple === undefined && encoded === undefined) return value
    value = (value ?? '') + (simple ?? (n === 0 ? extended(encoded ?? '') : percent(encoded ?? '')) ?? '')
  }
}

/**
 * Reads a Content-Type as Go's `mime.ParseMediaType` does: a type, then `;name=value` pairs, values a token or a quoted string, RFC 2231
 * continuations joined. A string says what is wrong; Go fails in the same places, an unquoted `boundary=//` among them.
 */
export const parseMediaType = (text: string): MediaType | string => {
  const base = text.split(';', 1)[0] ?? ''
  const type = base.toLowerCase().trim()
  if (type === '') return 'no media type'
  if (!wholeType.test(type)) return `${JSON.stringify(type)} is not a media type`
  const parameters = new Map<string, string>()
  const pieces = new Map<string, string>()
  let rest = text.slice(base.length).trimStart()
  while (rest !== '') {
    const found = parameter(rest)
    if (!found) {
      if (rest.trim() === ';') break
      return `the parameters ${JSON.stringify(rest)} cannot be read; quote values that hold more than letters and digits`
    }
    const into = found.name.includes('*') ? pieces : parameters
    const before = into.get(found.name)
    if (before !== undefined && before !== found.value) return `two values for ${found.name}`
    into.set(found.name, found.value)
    rest = found.rest.trimStart()
  }
  for (const name of new Set([...pieces.keys()].map((key) => key.slice(0, key.indexOf('*'))))) {
    const value = continued(pieces, name)
    if (value !== undefined) parameters.set(name, value)
  }
  return { type, parameters }
}
