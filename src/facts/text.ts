/** The lines of a text, without an empty last one. */
export const lines = (text: string): readonly string[] => {
  const all = text.split('\n')
  return all.at(-1) === '' ? all.slice(0, -1) : all
}

/** The two sides of the first separator; undefined when it is not there. */
export const cut = (line: string, separator: string): readonly [string, string] | undefined => {
  const at = line.indexOf(separator)
  return at < 0 ? undefined : [line.slice(0, at), line.slice(at + separator.length)]
}

/** A record that cannot be confused with what objects inherit, so that a key such as `__proto__` is a key. */
export const record = <T>(entries: Iterable<readonly [string, T]>): Readonly<Record<string, T>> => {
  const target: Record<string, T> = Object.create(null)
  for (const [key, value] of entries) target[key] = value
  return target
}

/** `KEY=value` lines as a shell assigns them: comments and other lines skipped, one pair of quotes removed, escapes undone. */
export const assignments = (text: string): Readonly<Record<string, string>> =>
  record(
    lines(text).flatMap((line) => {
      const pair = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line.replace(/\r$/, ''))
      return pair ? [[pair[1] ?? '', unquote(pair[2] ?? '')] as const] : []
    }),
  )

const unquote = (value: string): string => {
  const trimmed = value.trim()
  const single = /^'(.*)'$/.exec(trimmed)?.[1]
  if (single !== undefined) return single
  const inner = /^"(.*)"$/.exec(trimmed)?.[1] ?? trimmed
  return inner.replace(/\\(["'$`\\])/g, '$1')
}
