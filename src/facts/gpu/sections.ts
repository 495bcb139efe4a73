import { lines, record } from '../text.ts'

/** What one command of a probe left behind. */
export interface Section {
  readonly exitCode: number
  /** Standard output and error together. */
  readonly text: string
}

/** Shell that defines `section NAME COMMAND…`: prints a header with the exit status, then every line behind `|`, so no output passes for a header. */
export const sectionShell = `section() {
  n=$1
  shift
  o=$("$@" 2>&1 </dev/null)
  printf '==> %s %s\\n' "$n" "$?"
  [ -z "$o" ] || printf '%s\\n' "$o" | sed 's/^/|/'
}
has() { command -v "$1" >/dev/null 2>&1; }
`

/** The sections of a probe's output, by name. A name that comes twice keeps its last. */
export const readSections = (stdout: string): Readonly<Record<string, Section>> => {
  const found: [string, { exitCode: number; body: string[] }][] = []
  for (const line of lines(stdout)) {
    const [, name, code] = /^==> (\S+) (\d+)$/.exec(line) ?? []
    const current = found.at(-1)
    if (name !== undefined) found.push([name, { exitCode: Number(code), body: [] }])
    else if (line.startsWith('|') && current) current[1].body.push(line.slice(1))
    else throw new Error(`"${line.slice(0, 80)}" is neither a header of a section nor a line of one`)
  }
  return record(
    found.map(([name, { exitCode, body }]) => [name, { exitCode, text: body.join('\n') }] as const),
  )
}

/** The trimmed text of a section whose command succeeded and said something. */
export const saidIn = (sections: Readonly<Record<string, Section>>, name: string): string | undefined => {
  const found = sections[name]
  return found?.exitCode === 0 && found.text.trim() !== '' ? found.text.trim() : undefined
}
