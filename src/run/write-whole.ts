import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { makeFolder } from './make-folder.ts'

/** Where a file is written before it gets its name: beside it, under a name that is never too long where the file's own is not (255 bytes). */
export const partialOf = (path: string): string => {
  const name = basename(path)
  const kept = name.length > 200 ? name.replace(/[^\w.-]/gu, '_').slice(0, 200) : name
  return join(dirname(path), `.partial-${process.pid}-${kept}`)
}

/** Writes a file whole or not at all, making its folder. Throws an {@link AmiproofError} of kind `report`. */
export const writeFileWhole = (path: string, content: string | Uint8Array, mode = 0o644): void => {
  const partial = partialOf(path)
  try {
    makeFolder(dirname(path))
    writeFileSync(partial, content, { flush: true, mode })
    renameSync(partial, path)
  } catch (cause) {
    removeQuietly(partial)
    throw new AmiproofError(`cannot write ${path}: ${messageOf(cause)}`, {
      kind: 'report',
      code: 'file-not-written',
      op: `write ${path}`,
      blame: 'user',
      cause,
    })
  }
}

/** Removes what is left of an attempt. Why the attempt failed is worth more than why this does, and usually the same. */
export const removeQuietly = (path: string): void => {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch {
    // Its name is too long or leads through a file, so nothing can be there.
  }
}
