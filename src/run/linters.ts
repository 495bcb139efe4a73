import { basename } from 'node:path'
import { AmiproofError } from '../lib/errors.ts'
import type { Finding } from '../lib/finding.ts'
import { tomlErrorPosition } from '../lib/toml.ts'
import { lintKubelet } from '../render/lint-kubelet.ts'
import { NodeSpec } from '../spec/node-spec.ts'
import { readConfigText } from './config-file.ts'
import { ConfigFile } from './config-schema.ts'

interface Subject {
  readonly path: string
  readonly versions: { readonly containerd: string | undefined; readonly kubernetes: string | undefined }
}
type Lint = (text: string, subject: Subject) => readonly Finding[]

interface Linter {
  /** Whether a file is of this kind, by its name and its text. */
  readonly knows: (path: string, text: string) => boolean
  readonly lint: Lint
}

/** What people write by hand for a node or for us; the first that knows a file looks at it. */
const linters: Readonly<Record<string, Linter>> = {
  config: {
    knows: (path) => basename(path) === 'amiproof.toml',
    lint: (text, { path }) => mistakes(() => readConfigText(text, path, ConfigFile), 'amiproof/config'),
  },
  spec: {
    knows: (path, text) =>
      path.endsWith('.json') && /"schema"\s*:\s*1/.test(text) && /"image"\s*:/.test(text),
    lint: (text) => lintSpec(text),
  },
  'kubelet-drop-in': {
    knows: (path) => /config\.json\.d\/[^/]+\.conf$/.test(path),
    lint: (text, { versions }) => lintKubelet(text, 'drop-in', versions.kubernetes),
  },
  'kubelet-config': {
    knows: (path, text) => /kubelet/.test(path) && /KubeletConfiguration/.test(text),
    lint: (text, { versions }) => lintKubelet(text, 'config', versions.kubernetes),
  },
  'kubelet-environment': {
    knows: (path, text) => /kubelet\/environment$/.test(path) || /^NODEADM_KUBELET_ARGS=/m.test(text),
    lint: (text, { versions }) => lintKubelet(text, 'environment', versions.kubernetes),
  },
}

export const linterNames: readonly string[] = Object.keys(linters)

/** The linter that was asked for, or the one that knows the file. */
export const linterFor = (path: string, text: string, asked?: string): Lint | undefined =>
  Object.entries(linters).find(([name, { knows }]) =>
    asked === undefined ? knows(path, text) : name === asked,
  )?.[1].lint

const lintSpec = (text: string): readonly Finding[] => {
  const parsed = mistakes(() => JSON.parse(text), 'spec/syntax')
  if (parsed.length > 0) return parsed
  const checked = NodeSpec.safeParse(JSON.parse(text))
  return (checked.error?.issues ?? []).map((issue) => ({
    rule: 'spec/shape',
    severity: 'error',
    ...place(text, issue.path),
    message: `${issue.path.join('.') || 'the document'}: ${issue.message}`,
    fix: '',
  }))
}

/** The last key of the path that can be found in the text. */
const place = (
  text: string,
  path: readonly PropertyKey[],
): { readonly line: number; readonly column: number } => {
  let at = 0
  for (const key of path) {
    const next = text.indexOf(JSON.stringify(String(key)), at)
    if (next >= 0) at = next
  }
  const before = text.slice(0, at).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

/** What a reader throws, as findings: one per line of its message. */
const mistakes = (read: () => unknown, rule: string): readonly Finding[] => {
  try {
    read()
    return []
  } catch (error) {
    const at = tomlErrorPosition(error)
    const message = error instanceof Error ? error.message : String(error)
    const lines = error instanceof AmiproofError ? message.split('\n') : [message]
    return lines.map((line) => ({
      rule,
      severity: 'error',
      line: at?.line ?? Number(/:(\d+): /.exec(line)?.[1] ?? 1),
      column: at?.column ?? 1,
      message: line.replace(/^[^\s]*:\d+: /, ''),
      fix: '',
    }))
  }
}
