import { gunzipSync } from 'node:zlib'

/** Texts within texts: user data in base64, base64 within that, gzip within that. Deeper ones are taken whole if they hold a secret. */
const deepest = 3
const maxUnpackedBytes = 16 * 1024 * 1024

/** Looking back keeps a megabyte of letters from being tried at each of them. */
const single = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{20,}={0,2}/g
const wrapped =
  /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40,128}(?:\r?\n\|?[ \t]*[A-Za-z0-9+/]{40,128})*\r?\n\|?[ \t]*[A-Za-z0-9+/]{1,128}={0,2}/g

/**
 * Applies `clean` to every text that is hidden in base64. What changed is encoded again; what changed in gzip is replaced by `take`,
 * because gzip would not come out the same. `depth`: how many times the text was unpacked already.
 */
export const inBlobs = (
  text: string,
  clean: (inner: string, depth: number) => string,
  take: (secret: string) => string,
  depth: number,
): string => {
  if (depth >= deepest) return text
  const inside = (blob: string): string => {
    const flat = blob.replace(/[\r\n|\t ]/g, '')
    const inner = decoded(flat)
    if (inner === undefined) return blob
    const unzipped = gunzipped(inner)
    if (unzipped !== undefined) return clean(unzipped, depth + 1) === unzipped ? blob : take(blob)
    if (!isText(inner)) return blob
    const cleaned = clean(inner, depth + 1)
    return cleaned === inner ? blob : encoded(cleaned, blob)
  }
  return text.replace(wrapped, inside).replace(single, inside)
}

/** undefined for what no encoder wrote, such as a path or a word of 21 letters. */
const decoded = (blob: string): string | undefined => {
  const bare = blob.replace(/=+$/, '')
  if (bare.length % 4 === 1 || (/[-_]/.test(bare) && /[+/]/.test(bare))) return undefined
  return Buffer.from(bare, /[-_]/.test(bare) ? 'base64url' : 'base64').toString('latin1')
}

const encoded = (text: string, like: string): string => {
  const bytes = Buffer.from(text, 'latin1')
  if (/[-_]/.test(like)) return bytes.toString('base64url')
  const [first = '', second] = like.split('\n')
  if (second === undefined) return bytes.toString('base64')
  const prefix = /^\|?[ \t]*/.exec(second)?.[0] ?? ''
  const width = first.trimEnd().length
  return (bytes.toString('base64').match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(`\n${prefix}`)
}

const gunzipped = (bytes: string): string | undefined => {
  if (!bytes.startsWith('\u001f\u008b')) return undefined
  try {
    return gunzipSync(Buffer.from(bytes, 'latin1'), { maxOutputLength: maxUnpackedBytes }).toString('latin1')
  } catch {
    // Not gzip after all, or cut: there is no text in it that anybody could read.
    return undefined
  }
}

const isText = (bytes: string): boolean => {
  const head = bytes.slice(0, 4096)
  const odd = head.match(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f]/g)?.length ?? 0
  const high = head.match(/[\u0080-\u00ff]/g)?.length ?? 0
  return head.length > 0 && odd * 20 <= head.length && high * 4 <= head.length
}
