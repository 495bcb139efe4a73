import { basename } from 'node:path'
import { parseEvidence } from '../facts/index.ts'
import type { Finding } from '../lib/finding.ts'
import { lintContainerd } from '../render/lint-containerd.ts'
import { type KubeletText, lintKubelet } from '../render/lint-kubelet.ts'
import type { NodeVersions } from '../render/lint-node-config.ts'
import { lintUserData } from '../render/lint-user-data.ts'
import { parseNodeSpec } from '../spec/parse-node-spec.ts'
import { readConfigText } from './config-file.ts'
import { ConfigFile, WaiverFile } from './config-schema.ts'
import { refuseImpossible } from './impossible-spec.ts'
import { mistakes } from './lint-mistakes.ts'
import { unknownWaivers } from './lint-waivers.ts'
import { specText } from './spec-file.ts'

/** A file to look at, and the releases that will read it. */
interface Subject {
  readonly path: string
  /** The same, absolute. */
  readonly file: string
  readonly bytes: Uint8Array
  /** What was said of the node. */
  readonly versions: NodeVersions
  /** The release that reads a configuration of containerd: what was said, or what EKS ships. */
  readonly containerd: string
}
type Lint = (text: string, subject: Subject) => readonly Finding[]

interface Linter {
  /** Whether a file is of this kind, by its name and its text. */
  readonly knows: (path: string, text: string) => boolean
  readonly lint: Lint
}

const kubelet =
  (kind: KubeletText): Lint =>
  (text, { versions }) =>
    lintKubelet(text, kind, versions.kubernetes)

/** What people write by hand for a node or for us; the first that knows a file looks at it. */
const linters = {
  config: {
    knows: (path) => basename(path) === 'amiproof.toml',
    lint: (text, { path, file }) => {
      const found = mistakes(() => readConfigText(text, path, ConfigFile), 'amiproof/config', text)
      if (found.length > 0) return found
      const { waiver, checks } = readConfigText(text, path, ConfigFile)
      return unknownWaivers(waiver, checks, { path: file, text })
    },
  },
  waivers: {
    knows: (path, text) => path.endsWith('.toml') && /^\s*\[\[\s*waiver\s*\]\]/m.test(text),
    lint: (text, { path }) => mistakes(() => readConfigText(text, path, WaiverFile), 'amiproof/waiver', text),
  },
  recording: {
    knows: (path, text) =>
      /\.json\.gz$/.test(path) || (/"probes"\s*:/.test(text) && /"collector"\s*:/.test(text)),
    lint: (text, { path, bytes }) => mistakes(() => parseEvidence(bytes, path), 'evidence/shape', text),
  },
  spec: {
    knows: (_, text) =>
      (/"schema"\s*:\s*1/.test(text) && /"image"\s*:/.test(text)) ||
      (/^schema:\s*1/m.test(text) && /^image:/m.test(text)),
    lint: (text, { path, bytes }) =>
      mistakes(() => refuseImpossible(parseNodeSpec(specText(bytes, path), path), path), 'spec/shape', text),
  },
  'user-data': {
    knows: (_, text) =>
      /^\s*(MIME-Version:|Content-Type:\s*multipart|#!.*sh\b|#cloud-config)/i.test(text) ||
      /node\.eks\.aws\/v1alpha1/.test(text),
    lint: (text, { versions }) => lintUserData(text, versions),
  },
  'kubelet-drop-in': {
    knows: (path) => /config\.json\.d\/[^/]+\.conf$/.test(path),
    lint: kubelet('drop-in'),
  },
  'kubelet-config': {
    knows: (path, text) =>
      /\bkind"?\s*:\s*["']?KubeletConfiguration\b/.test(text) || /kubelet\/config\.json$/.test(path),
    lint: kubelet('config'),
  },
  'kubelet-environment': {
    knows: (path, text) => /kubelet\/environment$/.test(path) || /^NODEADM_KUBELET_ARGS=/m.test(text),
    lint: kubelet('environment'),
  },
  'kubelet-arguments': {
    knows: (_, text) => /^\s*(\S*\/)?kubelet\s+--/.test(text),
    lint: (text, subject) =>
      kubelet('arguments')(text.replace(/^(\s*)(\S*\/)?kubelet(?=\s)/, blank), subject),
  },
  containerd: {
    knows: (path, text) =>
      path.endsWith('.toml') &&
      (/containerd/.test(path) ||
        /^\s*(\[\s*(plugins|proxy_plugins|grpc)\b|version\s*=|imports\s*=)/m.test(text)),
    lint: (text, { containerd }) => lintContainerd(text, containerd),
  },
} as const satisfies Readonly<Record<string, Linter>>

/** Keeps every place what it was. */
const blank = (word: string): string => ' '.repeat(word.length)

export const linterNames: readonly string[] = Object.keys(linters)

/** The linter that was asked for, or the first that knows the file; undefined where none does. */
export const linterFor = (
  path: string,
  text: string,
  asked?: string,
): { readonly name: string; readonly lint: Lint } | undefined => {
  const found = Object.entries<Linter>(linters).find(([name, { knows }]) =>
    asked === undefined ? knows(path, text) : name === asked,
  )
  return found && { name: found[0], lint: found[1].lint }
}
