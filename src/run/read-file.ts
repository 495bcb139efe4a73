import { readFileSync, statSync } from 'node:fs'

/** The bytes of a file; a pipe or device, which may never end, is not waited for. Throws what the file system says. */
export const bytesAt = (path: string): Uint8Array => {
  const there = statSync(path)
  if (there.isDirectory()) throw new Error('it is a folder')
  if (!there.isFile()) throw new Error('it is not a regular file')
  return readFileSync(path)
}

/** The text of a file, as {@link bytesAt}. Throws also when it is no text. */
export const textAt = (path: string): string => {
  const bytes = bytesAt(path)
  if (bytes.includes(0)) throw notText()
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw notText()
  }
}

const notText = (): Error => new Error('it is not UTF-8 text')
