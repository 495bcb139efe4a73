/** `[host."…".header]` of hosts.toml and `[….registry.headers]` of containerd's config, to the next table or the end of the file. */
const table =
  /(?<head>^(?<bar>\|?)[ \t]*\[[^\n[\]]{0,500}\bheaders?[ \t]*\][^\n]{0,500}\n)(?<lines>(?:\k<bar>(?![ \t]*\[)[^\n]*(?:\n|$))+)/gm
/** The same in one line: `header = { … }`, `header.NAME = …`. */
const line = /(?<=(?<![A-Za-z0-9_-])headers?[ \t]*(?:=[ \t]*\{|\.))[^\n]{1,16384}/g
/** A string of TOML; one that is a key has an equals sign or a dot behind it. */
const string =
  /(?<q>"""|''')(?<long>(?:(?!\k<q>)[\s\S]){1,16384})\k<q>|(?<p>["'])(?<short>(?:\\.|(?!\k<p>)[^\\\n]){1,16384})\k<p>(?<key>[ \t]*[=.])?/g

/** The scheme is no secret, and what follows it may be a login in base64 whose password stands elsewhere by itself. */
const scheme = /^(?:basic|bearer|token|digest|negotiate)[ \t]+(?=\S)/i

/** Takes the value of every HTTP header that a TOML file of containerd sends: whoever sends one to a registry proves who he is. */
export const inHeaders = (text: string, take: (secret: string) => string): string => {
  const credentials = (value: string): string => {
    const said = scheme.exec(value)?.[0] ?? ''
    return said + take(value.slice(said.length))
  }
  const strings = (lines: string): string =>
    lines.replace(
      string,
      (whole: string, q?: string, long?: string, p?: string, short?: string, key?: string) =>
        key === undefined ? `${q ?? p}${credentials(long ?? short ?? '')}${q ?? p}` : whole,
    )
  if (!/headers?[ \t]*[\].=]/.test(text)) return text
  return text
    .replace(table, (_: string, head: string, _bar: string, lines: string) => head + strings(lines))
    .replace(line, strings)
}
