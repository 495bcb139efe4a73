import type { z } from 'zod'
import { AmiproofError } from '../lib/errors.ts'
import { nearest } from '../lib/nearest.ts'
import { parseHandEditedToml } from '../lib/toml.ts'
import { keysAt } from './config-schema.ts'

/**
 * A hand-edited TOML file as its schema has it. Throws an {@link AmiproofError} of kind `config` whose sentence names the file, the
 * line where it can be found, the key, and the key that was probably meant.
 */
export const readConfigText = <S extends z.ZodObject>(text: string, name: string, schema: S): z.infer<S> => {
  const parsed = schema.safeParse(parseHandEditedToml(text, name))
  if (parsed.success) return parsed.data
  const mistakes = parsed.error.issues.flatMap((issue) =>
    mistakesOf(issue, text, name, Object.keys(schema.shape)),
  )
  throw new AmiproofError(mistakes.join('\n'), {
    kind: 'config',
    code: 'bad-config',
    op: `read ${name}`,
    blame: 'user',
    cause: parsed.error,
  })
}

const mistakesOf = (
  issue: z.core.$ZodIssue,
  text: string,
  name: string,
  top: readonly string[],
): readonly string[] => {
  const at = (path: readonly PropertyKey[]) => {
    const line = lineOf(text, path)
    return line ? `${name}:${line}` : name
  }
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const known = keysAt(issue.path, top)
      const near = nearest(key, known)
      const hint = near ? `did you mean ${near}?` : `known here: ${known.join(', ')}`
      return `${at([...issue.path, key])}: unknown key ${written([...issue.path, key])}; ${hint}`
    })
  return [`${at(issue.path)}: ${issue.path.length > 0 ? `${written(issue.path)}: ` : ''}${issue.message}`]
}

/** `waiver[0].until`, as people speak of it. */
const written = (path: readonly PropertyKey[]): string =>
  path
    .map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at > 0 ? '.' : ''}${String(key)}`))
    .join('')

/** The line (from 1) on which a key stands, or its table's header; undefined where it cannot be told, as inside inline tables. */
const lineOf = (text: string, path: readonly PropertyKey[]): number | undefined => {
  const wanted = path.map(String).join('\0')
  const counts = new Map<string, number>()
  let table: readonly string[] = []
  let best: { readonly line: number; readonly depth: number } | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const header = /^\s*\[(\[)?\s*([^\]]+?)\s*\]/.exec(line)
    const key = /^\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+(?:\s*\.\s*[A-Za-z0-9_-]+)*)\s*=/.exec(line)
    let here: readonly string[] | undefined
    if (header) {
      table = split(header[2] ?? '')
      const name = table.join('\0')
      if (header[1]) counts.set(name, (counts.get(name) ?? -1) + 1)
      table = table.flatMap((part, at) => {
        const count = counts.get(table.slice(0, at + 1).join('\0'))
        return count === undefined ? [part] : [part, String(count)]
      })
      here = table
    } else if (key) here = [...table, ...split(key[1] ?? '')]
    if (!here) continue
    const place = here.join('\0')
    const fits = wanted === place || wanted.startsWith(`${place}\0`)
    if (fits && here.length > (best?.depth ?? 0)) best = { line: index + 1, depth: here.length }
  }
  return best?.line
}

const split = (key: string): readonly string[] =>
  key.startsWith('"') || key.startsWith("'")
    ? [key.slice(1, -1)]
    : key.split('.').map((part) => part.trim().replace(/^["']|["']$/g, ''))
