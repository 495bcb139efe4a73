import { createHmac } from 'node:crypto'
import { bytesOf, type Evidence, outputOf, type ProbeOutput } from './evidence.ts'
import { inBlobs } from './secret-blobs.ts'
import { type Form, formsOf, inPercent, isDistinctive, replaceForms } from './secret-forms.ts'
import { takeSecrets } from './secret-patterns.ts'

/**
 * Evidence without secrets. Keys, tokens, passwords and their hashes, credentials of kubeconfigs, in URLs and in user data become
 * `«redacted:<hash>»`, the hash keyed with `key`: equal secrets stay equal, and nothing can be guessed from it. A secret that is found
 * in one probe is then looked for in all, in base64, JSON, URL and hexadecimal spelling too. Applying it twice changes nothing more.
 */
export const redactEvidence = (evidence: Evidence, key: Uint8Array): Evidence => {
  const names = Object.keys(evidence.probes)
  const outputs = Object.values(evidence.probes)
  const streams = outputs.flatMap(({ stdout, stderr }) => [stdout, stderr].map((one) => latin1(bytesOf(one))))
  const [target = '', ...clean] = redactStreams([latin1(Buffer.from(evidence.target)), ...streams], key)
  const kept = (output: ProbeOutput, at: number): ProbeOutput => ({
    ...output,
    stdout: outputOf(Buffer.from(clean[at * 2] ?? '', 'latin1')),
    stderr: outputOf(Buffer.from(clean[at * 2 + 1] ?? '', 'latin1')),
  })
  return {
    ...evidence,
    target: Buffer.from(target, 'latin1').toString('utf8'),
    probes: Object.fromEntries(outputs.map((output, at) => [names[at] ?? '', kept(output, at)])),
  }
}

/** A text without secrets, by the same rules: for messages and log files. */
export const redactText = (text: string, key: Uint8Array): string =>
  Buffer.from(redactStreams([latin1(Buffer.from(text))], key)[0] ?? '', 'latin1').toString('utf8')

/** One character per byte, so that what is no UTF-8 passes through unchanged and the patterns need not care. */
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

const redactStreams = (streams: readonly string[], key: Uint8Array): readonly string[] => {
  const known = new Map<string, string>()
  const marks = new Map<string, string>()
  const take = (secret: string): string => {
    const seen = marks.get(secret)
    if (seen !== undefined) return seen
    const mark = markOf(secret, key)
    marks.set(secret, mark)
    for (const part of partsOf(secret)) if (isDistinctive(part)) known.set(part, markOf(part, key))
    return mark
  }
  const discover = (text: string, depth: number): string =>
    inBlobs(takeSecrets(text, take), discover, take, depth)
  const found = streams.map((text) => discover(text, 0))
  const forms: readonly Form[] = [...known].flatMap(([secret, by]) =>
    formsOf(secret).map((form) => ({ form, by })),
  )
  const replace = (text: string): string => replaceForms(text, forms)
  const sweep = (text: string, depth: number): string =>
    inBlobs(inPercent(replace(text), replace), sweep, take, depth)
  return found.map((text) => sweep(text, 0))
}

/** Ten hexadecimal digits tell a node's secrets apart; without the key they say nothing about them. */
const markOf = (secret: string, key: Uint8Array): string => {
  const hash = createHmac('sha256', key).update(secret, 'latin1').digest('hex').slice(0, 10)
  return latin1(Buffer.from(`«redacted:${hash}»`))
}

/**
 * What else is secret once this is: the part before a separator (an option that follows was taken with it), the password of a login,
 * the lines of a key, and what it says when it is itself encoded.
 */
const partsOf = (secret: string): readonly string[] => {
  const lines = secret.split(/\r?\n|\\n/).map((line) => line.replace(/^\|?[ \t]*/, ''))
  const parts = [secret, ...lines.filter((line) => !line.startsWith('-----'))]
  const cut = parts.flatMap((part) => [part, ...part.split(/[,;&\\]/, 1)])
  const logins = cut.flatMap((part) => [part, ...(/^[^:]{1,64}:(.+)$/.exec(part)?.slice(1) ?? [])])
  return [...new Set(logins.flatMap((part) => [part, ...plain(part)]))]
}

const plain = (part: string): readonly string[] => {
  const percent = /%[0-9a-f]{2}/i.test(part)
    ? [part.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))]
    : []
  const bytes = /^[A-Za-z0-9+/_-]{12,}={0,2}$/.test(part)
    ? Buffer.from(part, 'base64').toString('latin1')
    : ''
  const readable = /^[\u0020-\u007e]{8,}\n?$/.test(bytes) ? [bytes.trimEnd()] : []
  const logins = readable.flatMap((text) => [text, ...(/^[^:]{1,64}:(.+)$/.exec(text)?.slice(1) ?? [])])
  return [...percent, ...logins]
}
