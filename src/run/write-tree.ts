import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import type { NodeFile } from '../render/node-file.ts'
import { makeFolder } from './make-folder.ts'
import { writeFileWhole } from './write-whole.ts'

const refuse = (folder: string, why: string, cause?: unknown): AmiproofError =>
  new AmiproofError(`cannot write below ${folder}: ${why}`, {
    kind: 'usage',
    code: 'folder-not-written',
    op: `write below ${folder}`,
    blame: 'user',
    cause,
  })

/**
 * Writes files below a folder as they lie on a node, with their modes. A folder that is new or empty appears whole or not at all; into one that
 * holds something files are written only when `overwrite` says so, each whole. No link below the folder is followed.
 * @throws AmiproofError `folder-not-written`
 */
export const writeTree = (folder: string, files: readonly NodeFile[], overwrite: boolean): void => {
  const home = existsSync(folder) ? realpathSync(folder) : folder
  if (existsSync(home) && !lstatSync(home).isDirectory())
    throw refuse(folder, 'it is not a folder; name another')
  const isFull = existsSync(home) && !isEmpty(home)
  if (isFull && !overwrite)
    throw refuse(folder, 'it is not an empty folder; name another, or say --overwrite to replace its files')
  try {
    if (isFull) for (const file of files) writeInto(home, file)
    else appear(home, files)
  } catch (error) {
    if (error instanceof AmiproofError) throw error
    throw refuse(folder, messageOf(error), error)
  }
}

const isEmpty = (folder: string): boolean => readdirSync(folder).length === 0

const appear = (home: string, files: readonly NodeFile[]): void => {
  makeFolder(dirname(home))
  const partial = mkdtempSync(join(dirname(home), `.partial-${basename(home)}-`))
  try {
    for (const file of files) {
      const path = placeOf(partial, file)
      makeFolder(dirname(path))
      writeFileSync(path, file.text, { flag: 'wx' })
      chmodSync(path, modeOf(file))
    }
    chmodSync(partial, 0o755)
    renameSync(partial, home)
  } catch (error) {
    rmSync(partial, { recursive: true, force: true })
    throw error
  }
}

const writeInto = (home: string, file: NodeFile): void => {
  const path = placeOf(home, file)
  const steps = relative(home, path).split(sep)
  for (const [depth] of steps.entries()) {
    const step = join(home, ...steps.slice(0, depth + 1))
    if (lstatSync(step, { throwIfNoEntry: false })?.isSymbolicLink())
      throw refuse(home, `${step} is a link, and links are not followed; remove it first`)
  }
  writeFileWhole(path, file.text, modeOf(file))
  chmodSync(path, modeOf(file))
}

const modeOf = ({ mode }: NodeFile): number => Number.parseInt(mode, 8)

/** A spec's names become parts of paths, and must not lead out of the folder. */
const placeOf = (home: string, { path }: NodeFile): string => {
  const place = join(home, path)
  if (path.split('/').includes('..') || relative(home, place).startsWith('..'))
    throw refuse(home, `the path ${path} leads out of it`)
  return place
}
