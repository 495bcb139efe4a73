import type { Finding } from '../lib/finding.ts'
import type { HereDocument, ShellScript, Span } from './shell-script.ts'

/** A rule without its prefix, where it was broken, and what was seen, if that says more than the rule. */
export interface Hit {
  readonly rule: string
  readonly at: number
  readonly seen?: string
  /** What another linter said of this place, under its own rule. */
  readonly said?: Omit<Finding, 'line' | 'column'>
}

interface CommandRule {
  readonly rule: string
  /** True of paths and names, which count inside quotes too; commands do not. */
  readonly inQuotes?: true
  readonly pattern: RegExp
  /** What makes the same words harmless. */
  readonly unless?: (command: string) => boolean
  /** Something elsewhere in the script that makes it harmless, or without which it is. */
  readonly unlessScript?: RegExp
  readonly onlyIfScript?: RegExp
}

const starts = '(?:^|[\\s;&|(!`]|\\$\\()'
const word = (name: string, rest = ''): RegExp => new RegExp(`(?<=${starts})(?:${name})(?=\\s|$)${rest}`, 'g')

const rules: readonly CommandRule[] = [
  { rule: 'xtrace', pattern: /(?<=^|[\s;&|({])set\s+(?:-[a-z]*x[a-z]*|-[a-z]*o\s+xtrace)/g },
  {
    rule: 'curl-no-fail',
    pattern: word('curl'),
    unless: (command) => /\s(?:--fail(?:-with-body|-early)?|-[a-zA-Z#]*f[a-zA-Z]*)(?=\s|$)/.test(command),
  },
  {
    rule: 'download-not-verified',
    pattern: word('curl|wget', '(?=[^|;]{0,2000}\\s(?:-[a-zA-Z]*[oO]|--output|--remote-name|-P|https?:))'),
    unlessScript:
      /sha(?:256|512)sum[^\n;|&]{0,200}\s(?:-c|--check)\b|gpg[^\n;|&]{0,200}\s--verify\b|cosign\s+verify/,
  },
  {
    rule: 'sha256sum-no-check',
    pattern: word('sha256sum|sha512sum'),
    unless: (command) =>
      /sha(?:256|512)sum[^;|&]{0,200}\s(?:-c|--check|--status)\b|\$\([^)]{0,200}sha(?:256|512)sum/.test(
        command,
      ),
  },
  {
    rule: 'no-arm64',
    inQuotes: true,
    pattern: /(?<=[-_/.])(?:amd64|x86_64)(?=[-_/.\s"']|$)/g,
    unlessScript: /uname\s+-[mp]|aarch64|arm64|\barch\b\s*\)/,
  },
  {
    rule: 'network-install',
    pattern: word(
      '(?:yum|dnf|microdnf|apt|apt-get|zypper|snap|pip|pip3|npm|gem)',
      '(?=[^;|&]{0,500}\\s(?:install|upgrade|update)\\b)',
    ),
  },
  { rule: 'version-by-sort', pattern: word('sort', '(?=[^;|&]{0,500}\\s(?:-[a-zA-Z]*V|--version-sort))') },
  {
    rule: 'rmmod',
    pattern: word('rmmod|modprobe\\s+(?:-r|--remove)'),
    unless: (command) => /\|\|/.test(command),
  },
  {
    rule: 'gsp-off',
    inQuotes: true,
    pattern: /NVreg_EnableGpuFirmware=0/g,
    unless: (command) => !writes(command),
    unlessScript: /\/proc\/driver\/nvidia\/version/,
  },
  {
    rule: 'stale-path',
    inQuotes: true,
    unless: (command) => /^\s*(?:echo|printf|mkdir)\b/.test(command) && !writes(command),
    pattern:
      /\/etc\/(?:kubernetes\/kubelet\/kubelet-config\.json|eks\/containerd\/containerd-config\.toml|eks\/bootstrap\.sh|containerd\/config\.d\/)/g,
  },
  {
    rule: 'kubelet-json-edit',
    pattern: word('jq'),
    unless: (command) => !/kubelet/i.test(command) || !writes(command),
  },
  {
    rule: 'status-under-errexit',
    pattern: /(?<=^|[\s;&|(])systemctl\s+status\b/g,
    unless: (command) => /\|\|/.test(command),
    onlyIfScript: /(?:^|[\s;({])set\s+-[a-z]*e/m,
  },
]

/** Whether the command puts its output into a file. */
const writes = (command: string): boolean =>
  /(?:^|[^0-9&>])>>?\s*(?![&>]|\/dev\/)|\btee\b|\bsed\s+-i/.test(command)

const appends = (command: string): boolean =>
  />>\s*(?!\s*\/dev\/)|\btee\b[^\n;|&]{0,200}\s(?:-a|--append)\b/.test(command)

const nvreg = /NVreg_\w+(?==)/g

/** An option of a module that a second command writes again. */
const repeatedOptions = (commands: readonly Span[]): readonly Hit[] => {
  const seen = new Set<string>()
  return commands
    .filter(({ text }) => writes(text))
    .flatMap(({ text, at }) =>
      [...text.matchAll(nvreg)].map((match) => ({ name: match[0], at: at + match.index })),
    )
    .flatMap(({ name, at }) => {
      if (seen.has(name)) return [{ rule: 'nvreg-duplicate', at, seen: name }]
      seen.add(name)
      return []
    })
}

/** `else`, then nothing but an echo that excuses itself, then `fi`. */
const fallbacks = (commands: readonly Span[]): readonly Hit[] =>
  commands.flatMap(({ text, at }, i) =>
    /^\s*else\s*$/.test(commands[i - 1]?.text ?? '') &&
    /^\s*(?:echo|printf)\b.*\b(?:not|no|empty|skip\w*|unsupported)\b/i.test(text) &&
    !/>&2\s*;?\s*exit/.test(text) &&
    /^\s*fi\b/.test(commands[i + 1]?.text ?? '')
      ? [{ rule: 'silent-fallback', at: at + text.search(/\S/) }]
      : [],
  )

const appendHits = ({ commands, heredocs }: ShellScript): readonly Hit[] =>
  commands
    .filter(({ text }) => appends(text) && /\/etc\//.test(text))
    .filter((command) => !heredocs.some((heredoc) => heredoc.command === command && isToml(heredoc)))
    .map(({ text, at }) => ({ rule: 'append-not-idempotent', at: at + text.search(/>>|\btee\b/) }))

/** Whether a here-document becomes TOML: by the name of its file, or by its first table. */
export const isToml = ({ command, body }: HereDocument): boolean =>
  /\.toml\b/.test(command.text) ||
  (!/\.(?:service|socket|conf|network|mount)\b/.test(command.text) &&
    /^\[(?:plugins|proxy_plugins)\b/m.test(body.text))

export const isAppended = ({ command }: HereDocument): boolean => appends(command.text)

const xtraceShebang = /^#!\S*\/(?:env\s+)?(?:ba)?sh\s+-[a-z]*x/

/** Quoted text blanked, unless a command is substituted into it. */
const unquoted = (text: string): string =>
  text.replace(/'[^']*'|"(?:[^"\\`$]|\\.|\$(?!\())*"/g, (quoted) => ' '.repeat(quoted.length))

/** What the command lines of a script do wrong. */
export const shellHits = (script: string, shell: ShellScript): readonly Hit[] => {
  const inForce = rules.filter(
    ({ unlessScript, onlyIfScript }) => !unlessScript?.test(script) && (onlyIfScript?.test(script) ?? true),
  )
  return [
    ...(xtraceShebang.test(script) ? [{ rule: 'xtrace', at: 0 }] : []),
    ...shell.commands.flatMap((command) => inForce.flatMap((rule) => matchesIn(command, rule))),
    ...repeatedOptions(shell.commands),
    ...fallbacks(shell.commands),
    ...appendHits(shell),
  ]
}

const matchesIn = ({ text, at }: Span, { rule, pattern, inQuotes, unless }: CommandRule): readonly Hit[] => {
  const matches = [...text.matchAll(pattern)]
  if (matches.length === 0 || unless?.(text)) return []
  const bare = inQuotes ? text : unquoted(text)
  return matches
    .filter((match) => inQuotes || bare[match.index] !== ' ')
    .map((match) => ({ rule, at: at + match.index }))
}
