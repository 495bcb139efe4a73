import { Buffer } from 'node:buffer'

const alphabet = /^[A-Za-z0-9+/]*={0,2}$/

/**
 * Decodes base64 as Go's `base64.StdEncoding` does (encoding/base64): the standard alphabet with padding, carriage returns and newlines
 * skipped anywhere, bits after the last byte not checked. Anything else is not base64: undefined.
 */
export const decodeBase64 = (text: string): Uint8Array | undefined => {
  const packed = text.replace(/[\r\n]+/g, '')
  return packed.length % 4 === 0 && alphabet.test(packed) ? Buffer.from(packed, 'base64') : undefined
}
