/** The spellings in which a secret may turn up elsewhere, each at least this long: shorter ones would hit ordinary text. */
const shortest = 8
/** Nothing longer is looked for whole; its lines are. */
const longest = 8192

/** Whether a value may be looked for everywhere: a plain word such as a user's `kubernetes` would take ordinary text with it. */
export const isDistinctive = (secret: string): boolean =>
  secret.length >= shortest &&
  secret.length <= longest &&
  (secret.length >= 14 || !/^[a-z]+$|^\d{1,9}$/.test(secret))

/** As it is, in JSON, in URLs, in hexadecimal, and in base64 at each of the three places it can have within a longer text. */
export const formsOf = (secret: string): readonly string[] => {
  const bytes = Buffer.from(secret, 'latin1')
  const hex = bytes.toString('hex')
  const percent = [...secret].map((char) => (/[A-Za-z0-9_.~-]/.test(char) ? char : byte(char))).join('')
  const json = secret.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
  const go = json.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`)
  const forms = [
    secret,
    json,
    go,
    json.replaceAll('/', '\\/'),
    percent,
    percent.replaceAll('%20', '+'),
    hex,
    hex.toUpperCase(),
    ...[0, 1, 2].flatMap((offset) => base64At(bytes, offset)),
  ]
  return [...new Set(forms)].filter((form) => form.length >= shortest)
}

const byte = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`

/** The characters that depend on the secret alone when `offset` other bytes come before it, and any may follow. */
const base64At = (bytes: Buffer, offset: number): readonly string[] => {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
  const start = Math.ceil((offset * 8) / 6)
  const end = Math.floor(((offset + bytes.length) * 8) / 6)
  const core = whole.slice(start, end)
  return [core, core.replaceAll('+', '-').replaceAll('/', '_')]
}

/** Encoders of URLs differ in what they encode, so each encoded run of a text is read, and written again if a secret is in it. */
export const inPercent = (text: string, clean: (inner: string) => string): string =>
  text.includes('%')
    ? text.replace(/(?<![^\s"'<>\u0000\u001f])[^\s"'<>\u0000\u001f]+/g, (run) => {
        if (!/%[0-9a-f]{2}/i.test(run)) return run
        const inner = run.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
          String.fromCharCode(Number.parseInt(hex, 16)),
        )
        const cleaned = clean(inner)
        return cleaned === inner ? run : cleaned.replace(/[\u0000-\u0020"'<>\u007f]/g, byte)
      })
    : text

export interface Form {
  readonly form: string
  readonly by: string
}

/** Replaces every form in one pass over the text, whatever their number: forms are found by their first four bytes. */
export const replaceForms = (text: string, forms: readonly Form[]): string => {
  if (forms.length === 0 || text.length < shortest) return text
  const byHead = Map.groupBy(
    [...forms].sort((a, b) => b.form.length - a.form.length),
    ({ form }) => head(form, 0),
  )
  const parts: string[] = []
  let kept = 0
  for (let at = 0; at + shortest <= text.length; at++) {
    const hit = byHead.get(head(text, at))?.find(({ form }) => text.startsWith(form, at))
    if (!hit) continue
    parts.push(text.slice(kept, at), hit.by)
    kept = at + hit.form.length
    at = kept - 1
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(kept)
}

const head = (text: string, at: number): number =>
  text.charCodeAt(at) |
  (text.charCodeAt(at + 1) << 8) |
  (text.charCodeAt(at + 2) << 16) |
  (text.charCodeAt(at + 3) << 24)
