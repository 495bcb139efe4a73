import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { AmiproofError, messageOf } from '../lib/errors.ts'

/** Writes a file whole or not at all, making its folder. Throws an {@link AmiproofError} of kind `report`. */
export const writeFileWhole = (path: string, content: string | Uint8Array, mode = 0o644): void => {
  const partial = join(dirname(path), `.partial-${process.pid}-${basename(path)}`)
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(partial, content, { flush: true, mode })
    renameSync(partial, path)
  } catch (cause) {
    rmSync(partial, { force: true })
    throw new AmiproofError(`cannot write ${path}: ${messageOf(cause)}`, {
      kind: 'report',
      code: 'file-not-written',
      op: `write ${path}`,
      blame: 'user',
      cause,
    })
  }
}
