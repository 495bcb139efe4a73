import { Buffer } from 'node:buffer'
import { AmiproofError } from '../lib/errors.ts'
import type { Finding } from '../lib/finding.ts'
import { decodeNodeConfig } from '../spec/decode-node-config.ts'
import type { Part } from '../spec/multipart.ts'
import { nodeConfigMediaType, readMultipart } from '../spec/user-data.ts'
import { type NodeVersions, nodeConfigHits } from './lint-node-config.ts'
import { fileHits, placeholders } from './lint-user-data-files.ts'
import { type Hit, shellHits } from './lint-user-data-shell.ts'
import words from './lint-user-data-words.json' with { type: 'json' }
import { readShell } from './shell-script.ts'
import { maxUserDataBytes } from './user-data.ts'

type Words = Readonly<Record<string, { severity: string; message: string; fix: string }>>
const catalogue: Words = words
const severities = ['error', 'warning', 'info'] as const

/** Lines and columns, from 1, of offsets that come in rising order. */
const positions = (text: string): ((offset: number) => { line: number; column: number }) => {
  let [line, start] = [1, 0]
  return (offset) => {
    for (let end = text.indexOf('\n', start); end >= 0 && end < offset; end = text.indexOf('\n', start)) {
      line++
      start = end + 1
    }
    return { line, column: offset - start + 1 }
  }
}

const finding = ({ rule, at, seen, said }: Hit, position: ReturnType<typeof positions>): Finding => {
  if (said) return { ...said, ...position(at) }
  const entry = catalogue[rule]
  return {
    rule: `user-data/${rule}`,
    severity: severities.find((severity) => severity === entry?.severity) ?? 'error',
    ...position(at),
    message: seen ? `${seen}: ${entry?.message ?? ''}` : (entry?.message ?? ''),
    fix: entry?.fix ?? '',
  }
}

const scriptHits = (script: string): readonly Hit[] => {
  const shell = readShell(script)
  return [...shellHits(script, shell), ...fileHits(shell)]
}

const configHits = (text: string, versions: NodeVersions): readonly Hit[] => {
  const found = placeholders({ text, at: 0 })
  try {
    decodeNodeConfig(Buffer.from(text))
    return [...found, ...nodeConfigHits(text, versions)]
  } catch (error) {
    if (!(error instanceof AmiproofError)) throw error
    return [{ rule: 'node-config', at: 0, seen: error.message }, ...found]
  }
}

const isScriptType = (type: string): boolean => type.startsWith('text/x-shellscript')

const partHits = ({ headers, body }: Part, versions: NodeVersions): readonly Hit[] => {
  const type = (headers.get('content-type') ?? '').toLowerCase()
  const isEncoded = headers.get('content-transfer-encoding')?.toLowerCase() === 'base64'
  if (body === undefined) return []
  const text = Buffer.from(body, isEncoded ? 'base64' : 'latin1').toString()
  const hits = type.startsWith(nodeConfigMediaType)
    ? configHits(text, versions)
    : isScriptType(type)
      ? [...(text.startsWith('#!') ? [] : [{ rule: 'no-shebang', at: 0 }]), ...scriptHits(text)]
      : []
  // What stands inside base64 has no position of its own: the part has.
  return isEncoded ? hits.map((hit) => ({ ...hit, at: 0 })) : hits
}

const looksLikeMime = (text: string): boolean => /^\s*(?:MIME-Version|Content-Type):/i.test(text)

const hitsOf = (text: string, versions: NodeVersions): readonly Hit[] => {
  const bytes = Buffer.from(text)
  const multipart = readMultipart(bytes)
  if (!multipart) {
    if (looksLikeMime(text)) return [{ rule: 'mime-not-read', at: 0 }]
    if (/^\s*\{|^\s*apiVersion:|^\s*kind:|^---/m.test(text) && /\bNodeConfig\b/.test(text))
      return configHits(text, versions)
    if (text.startsWith('#cloud-config')) return [{ rule: 'no-node-config', at: 0 }]
    return [
      { rule: 'no-node-config', at: 0 },
      ...(text.startsWith('#!') ? [] : [{ rule: 'no-shebang', at: 0 }]),
      ...scriptHits(text),
    ]
  }
  const latin1 = bytes.toString('latin1')
  const hits = multipart.parts.flatMap((part) => {
    // Offsets of the reader count bytes; a text counts UTF-16 units.
    const start = Buffer.from(latin1.slice(0, part.at), 'latin1').toString().length
    return partHits(part, versions).map((hit) => ({ ...hit, at: start + hit.at }))
  })
  const hasConfig = multipart.parts.some(({ headers }) =>
    (headers.get('content-type') ?? '').toLowerCase().startsWith(nodeConfigMediaType),
  )
  return [
    ...(multipart.problem === undefined ? [] : [{ rule: 'bad-mime', at: 0, seen: multipart.problem }]),
    ...(hasConfig ? [] : [{ rule: 'no-node-config', at: 0 }]),
    ...hits,
  ]
}

/**
 * Finds what user data does that it should not: a MIME message, a script, or a NodeConfig. The traps are those of the scripts that people
 * copy for SOCI and GPU nodes: keys appended to TOML, unverified downloads, paths of AL2, version 1 containerd configuration, and more.
 * Shell is read line by line with its here-documents, not executed: variables are not followed.
 * @param text the user data as text, not base64 and not gzip
 * @param versions of the node that will read it: with them a containerd configuration is merged as on the node, and removed kubelet flags are found
 * @returns findings in the order of the text, rule ids `user-data/…`, `kubelet/…` for what a NodeConfig gives the kubelet; none for good user data.
 *   Never throws on bad input.
 */
export const lintUserData = (text: string, versions: NodeVersions = {}): readonly Finding[] => {
  const size = Buffer.byteLength(text)
  // Nothing of eight times the size is user data, compressed or not: it is not read.
  const large: readonly Hit[] =
    size > maxUserDataBytes ? [{ rule: 'too-large', at: 0, seen: `${size} bytes` }] : []
  const hits = size > 8 * maxUserDataBytes ? large : [...large, ...hitsOf(text, versions)]
  const position = positions(text)
  return hits
    .toSorted((a, b) => a.at - b.at || (a.rule < b.rule ? -1 : 1))
    .map((hit) => finding(hit, position))
}
