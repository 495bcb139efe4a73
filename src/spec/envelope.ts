import { Buffer } from 'node:buffer'
import { gunzipSync } from 'node:zlib'
import { messageOf } from '../lib/errors.ts'
import { decodeBase64 } from './base64.ts'
import { userDataError } from './user-data-error.ts'

/**
 * The most bytes a document may have, before and after unpacking. EC2 allows 16 KiB of raw user data, and a gzip of that size may hold
 * far more; nodeadm has no bound, so ours is generous and only stops bombs: half a megabyte of YAML takes about half a second.
 */
export const MAX_DOCUMENT_BYTES = 512 * 1024

export const refuseTooLarge = (bytes: Uint8Array, what: string): void => {
  if (bytes.length > MAX_DOCUMENT_BYTES)
    throw userDataError(
      'too-large',
      `reading ${what}: it has ${bytes.length} bytes, more than the ${MAX_DOCUMENT_BYTES} allowed; give the NodeConfig alone`,
    )
}

/** What gzip holds, every member of it. Bytes after the last member are an error, as in Go's compress/gzip. */
const gunzip = (bytes: Uint8Array, what: string): Uint8Array => {
  const failed = (why: string, cause?: unknown) =>
    userDataError('bad-gzip', `decompressing ${what}: ${why}; compress it again with gzip`, cause)
  let unpacked: { buffer: Buffer; read: number }
  try {
    unpacked = gunzipWithInfo(bytes)
  } catch (error) {
    const tooLarge = error instanceof RangeError
    throw tooLarge
      ? userDataError(
          'too-large',
          `decompressing ${what}: it unpacks to more than ${MAX_DOCUMENT_BYTES} bytes`,
          error,
        )
      : failed(messageOf(error), error)
  }
  if (unpacked.read < bytes.length)
    throw failed(`${bytes.length - unpacked.read} bytes follow the compressed data`)
  return unpacked.buffer
}

const gunzipWithInfo = (bytes: Uint8Array): { buffer: Buffer; read: number } => {
  // With `info`, zlib also says how many input bytes it used; @types/node does not know that form.
  const result: unknown = gunzipSync(bytes, { maxOutputLength: MAX_DOCUMENT_BYTES, info: true })
  if (typeof result !== 'object' || result === null || !('buffer' in result) || !('engine' in result))
    throw new TypeError('zlib did not say how much it read')
  const { buffer, engine } = result
  const read =
    typeof engine === 'object' && engine !== null && 'bytesWritten' in engine
      ? engine.bytesWritten
      : undefined
  if (!Buffer.isBuffer(buffer) || typeof read !== 'number')
    throw new TypeError('zlib did not say how much it read')
  return { buffer, read }
}

/**
 * Undoes base64 if the whole of the bytes is base64, then gzip if they start with its magic number: once each and in this order, as
 * nodeadm does for the user data and for every NodeConfig part (nodeadm/internal/configprovider/encoding.go).
 */
export const unwrap = (bytes: Uint8Array, what: string): Uint8Array => {
  refuseTooLarge(bytes, what)
  const plain = decodeBase64(Buffer.from(bytes).toString('latin1')) ?? bytes
  return plain[0] === 0x1f && plain[1] === 0x8b ? gunzip(plain, what) : plain
}
