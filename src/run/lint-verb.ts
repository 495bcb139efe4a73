import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import type { Finding } from '../lib/finding.ts'
import { oneLine } from '../lib/printable.ts'
import { parseFlags, usage } from './flags.ts'
import { linterFor, linterNames } from './linters.ts'
import type { Verb } from './terminal.ts'

/** `amiproof lint FILE…`: findings as a compiler prints them. 1 when one of them is an error. */
export const lintVerb: Verb = async (args, terminal) => {
  const { values, positionals } = parseFlags('lint', args, {
    as: { type: 'string' },
    'containerd-version': { type: 'string' },
    'kubernetes-version': { type: 'string' },
  })
  if (positionals.length === 0) throw usage('lint', 'name the files to look at')
  if (values.as !== undefined && !linterNames.includes(values.as))
    throw usage('lint', `--as ${values.as} is none of ${linterNames.join(', ')}`)
  const versions = { containerd: values['containerd-version'], kubernetes: values['kubernetes-version'] }
  const found = positionals.flatMap((path) => {
    const text = textAt(resolve(terminal.cwd, path))
    const lint = linterFor(path, text, values.as)
    if (!lint) throw usage('lint', `cannot tell what ${path} is; say it with --as ${linterNames.join('|')}`)
    return lint(text, { path, versions }).map((finding) => ({ path, finding }))
  })
  for (const { path, finding } of found) terminal.out(`${printed(path, finding)}\n`)
  return found.some(({ finding }) => finding.severity === 'error') ? 1 : 0
}

const printed = (path: string, { line, column, severity, rule, message, fix }: Finding): string =>
  `${path}:${line}:${column}: ${severity}: ${oneLine(message)} [${rule}]${fix ? `\n  fix: ${oneLine(fix)}` : ''}`

const textAt = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AmiproofError(`cannot read ${path}: ${messageOf(cause)}`, {
      kind: 'usage',
      code: 'unreadable-file',
      op: `lint ${path}`,
      blame: 'user',
      cause,
    })
  }
}
