/**
 * One file name as stat(1) quotes it, and what follows. GNU writes shell words (`'a'$'\n''b'`, `"it's"`), busybox plain
 * single quotes; both end before ` -> ` or the end of the line. Undefined when it is no such word.
 */
export const quotedName = (text: string): { readonly name: string; readonly rest: string } | undefined => {
  let name = ''
  let rest = text
  for (;;) {
    const piece = /^(?:'([^']*)'|"((?:\\.|[^"\\])*)"|\$'((?:\\.|[^'\\])*)'|\\(.))/s.exec(rest)
    if (!piece) return rest === text ? undefined : { name, rest }
    const [whole, single, double, dollar, escaped] = piece
    name += single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? (dollar === undefined ? escaped : ansi(dollar))
    rest = rest.slice(whole.length)
  }
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
}

/** The escapes of `$'…'`: octal bytes (put together to UTF-8 again), letters, and quoted marks. */
const ansi = (body: string): string => {
  const bytes = body.replace(/((?:\\[0-7]{3})+)/g, (run) =>
    Buffer.from((run.match(/[0-7]{3}/g) ?? []).map((octal) => Number.parseInt(octal, 8))).toString('utf8'),
  )
  return bytes.replace(/\\(.)/gs, (_, letter: string) => escapes[letter] ?? letter)
}
