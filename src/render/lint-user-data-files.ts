import { AmiproofError } from '../lib/errors.ts'
import { isTomlTable, parseToml, type TomlTable } from '../lib/toml.ts'
import { type Hit, isAppended, isToml } from './lint-user-data-shell.ts'
import type { HereDocument, ShellScript, Span } from './shell-script.ts'

const table = (parent: TomlTable | undefined, key: string): TomlTable | undefined => {
  const value = parent && Object.hasOwn(parent, key) ? parent[key] : undefined
  return isTomlTable(value) ? value : undefined
}

const parsed = (text: string): TomlTable | undefined => {
  try {
    return parseToml(text)
  } catch (error) {
    // Shell variables may stand where values belong; such a body is judged line by line only.
    if (error instanceof AmiproofError) return undefined
    throw error
  }
}

const first = (span: Span, pattern: RegExp): number | undefined => {
  const at = span.text.search(pattern)
  return at < 0 ? undefined : span.at + at
}

const at = (rule: string, offset: number | undefined): readonly Hit[] =>
  offset === undefined ? [] : [{ rule, at: offset }]

/** Capitals with an underscore as a whole value, but not the names that runc itself spells so. */
const capitals = /(?<=["'])(?!(?:RLIMIT|CAP|SCMP|SIG|CLONE|LINUX)_)[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?=["'])/g
const markers =
  /\{\{[^}\n]{0,200}\}\}|<(?:YOUR[-_])?[A-Z][A-Z0-9_-]{3,}>|\b(?:CHANGE_?ME|REPLACE_?ME)\b|__[A-Z][A-Z0-9_]+__/g

/** Placeholders in a text that nothing expands. */
export const placeholders = ({ text, at: offset }: Span): readonly Hit[] =>
  [capitals, markers].flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => ({
      rule: 'placeholder',
      at: offset + match.index,
      seen: match[0],
    })),
  )

const appendedToml = ({ body, command }: HereDocument): readonly Hit[] => {
  const header = body.text.search(/^\s*\[/m)
  const head = header < 0 ? body.text : body.text.slice(0, header)
  const bare = first({ text: head, at: body.at }, /^[ \t]*[A-Za-z0-9_."'-]+[ \t]*=/m)
  return [
    ...at('appended-bare-keys', bare),
    ...(header < 0 ? [] : at('appended-tables', command.at + command.text.search(/>>|\btee\b/))),
  ]
}

const containerdToml = (heredoc: HereDocument): readonly Hit[] => {
  const { body } = heredoc
  const doc = parsed(body.text)
  const plugins = table(doc, 'plugins')
  const soci = table(table(doc, 'proxy_plugins'), 'soci')
  const isV1 = plugins ? Object.hasOwn(plugins, 'cri') : /^\[plugins\.cri\b/m.test(body.text)
  const isVersionless = !isV1 && !isAppended(heredoc) && plugins !== undefined && doc?.version === undefined
  return [
    ...at('containerd-v1', isV1 ? first(body, /^[ \t]*\[plugins\.["']?cri\b/m) : undefined),
    ...at('containerd-no-version', isVersionless ? body.at : undefined),
    ...at('runtime-v1', first(body, /io\.containerd\.runtime\.v1\.linux/)),
    ...at(
      'soci-no-exports',
      soci && !table(soci, 'exports') ? first(body, /^[ \t]*\[proxy_plugins\.["']?soci/m) : undefined,
    ),
  ]
}

const overwritten = ({ command }: HereDocument): readonly Hit[] =>
  at(
    'config-overwritten',
    first(
      command,
      /(?<!>)>\s*["']?\/etc\/(?:eks\/)?containerd\/\S+\.toml|(?<!>)>\s*["']?\/etc\/kubernetes\/kubelet\/\S+\.json/,
    ),
  )

/** What the files written by here-documents hold wrong. */
export const fileHits = ({ heredocs }: ShellScript): readonly Hit[] =>
  heredocs.flatMap((heredoc) => [
    ...(heredoc.isEnded ? [] : at('heredoc-not-ended', first(heredoc.command, /<</))),
    ...placeholders(heredoc.body),
    ...(isToml(heredoc) ? containerdToml(heredoc) : []),
    ...(isToml(heredoc) && isAppended(heredoc) ? appendedToml(heredoc) : []),
    ...overwritten(heredoc),
  ])
