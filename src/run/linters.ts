import { basename } from 'node:path'
import { AmiproofError } from '../lib/errors.ts'
import type { Finding } from '../lib/finding.ts'
import { tomlErrorPosition } from '../lib/toml.ts'
import { lintContainerd } from '../render/lint-containerd.ts'
import { lintKubelet } from '../render/lint-kubelet.ts'
import { lintUserData } from '../render/lint-user-data.ts'
import { parseNodeSpec } from '../spec/parse-node-spec.ts'
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
    lint: (text, { path }) => mistakes(() => parseNodeSpec(text, path), 'spec/shape'),
  },
  'user-data': {
    knows: (_, text) =>
      /^(MIME-Version:|Content-Type:\s*multipart|#!.*sh\b|#cloud-config)/i.test(text) ||
      /node\.eks\.aws\/v1alpha1/.test(text),
    lint: lintUserData,
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
  containerd: {
    knows: (path, text) =>
      path.endsWith('.toml') &&
      (/containerd/.test(path) || /^\s*\[?(plugins|proxy_plugins|version\s*=)/m.test(text)),
    lint: (text, { versions }) => lintContainerd(text, needed(versions.containerd, '--containerd-version')),
  },
}

/** Files of containerd are read differently by each release, so one has to be named. */
const needed = (version: string | undefined, flag: string): string => {
  if (version !== undefined) return version
  throw new AmiproofError(`amiproof lint: say which release will read the file, with ${flag}`, {
    kind: 'usage',
    code: 'bad-usage',
    op: 'lint',
    blame: 'user',
  })
}

export const linterNames: readonly string[] = Object.keys(linters)

/** The linter that was asked for, or the one that knows the file. */
export const linterFor = (path: string, text: string, asked?: string): Lint | undefined =>
  Object.entries(linters).find(([name, { knows }]) =>
    asked === undefined ? knows(path, text) : name === asked,
  )?.[1].lint

/** What a reader throws, as findings: one per line of its message. */
const mistakes = (read: () => unknown, rule: string): readonly Finding[] => {
  try {
    read()
    return []
  } catch (error) {
    const at = tomlErrorPosition(error)
    const message = error instanceof Error ? error.message : String(error)
    const [first = '', ...rest] = message.split('\n')
    // A heading that counts the mistakes below it is none itself.
    const lines = /\d+ mistakes$/.test(first) ? rest : [first, ...rest]
    return lines.map((line) => ({
      rule,
      severity: 'error',
      line: at?.line ?? Number(/:(\d+): /.exec(line)?.[1] ?? 1),
      column: at?.column ?? 1,
      message: line.replace(/^[^\s]*:\d+: /, '').trim(),
      fix: '',
    }))
  }
}
