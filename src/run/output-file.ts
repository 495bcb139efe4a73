import { lstatSync, rmSync, type Stats, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { makeFolder } from './make-folder.ts'
import { partialOf } from './write-whole.ts'

/**
 * Sees to it that a file can be written, before there is work to lose: makes its folder and writes beside it for a moment. Refuses what exists,
 * unless it is a regular file and `overwrite` says so: no link is followed, and no device or pipe is replaced.
 * @throws AmiproofError of kind `usage`
 */
export const planOutput = (path: string, overwrite: boolean): void => {
  try {
    const why = objection(lstatSync(path, { throwIfNoEntry: false }), overwrite)
    if (why) throw new Error(why)
    makeFolder(dirname(path))
    const trial = partialOf(path)
    writeFileSync(trial, '')
    rmSync(trial)
  } catch (cause) {
    throw new AmiproofError(`cannot write ${path}: ${messageOf(cause)}`, {
      kind: 'usage',
      code: 'output-refused',
      op: `write ${path}`,
      blame: 'user',
      cause,
    })
  }
}

const objection = (there: Stats | undefined, overwrite: boolean): string | undefined => {
  if (!there) return undefined
  if (there.isDirectory()) return 'it is a folder; name a file in it'
  if (there.isSymbolicLink()) return 'it is a link, and links are not followed; name the file itself'
  if (!there.isFile()) return 'it is not a regular file'
  return overwrite ? undefined : 'it exists; name another, or say --overwrite to replace it'
}
