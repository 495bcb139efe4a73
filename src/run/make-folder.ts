import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it that are missing, one step at a time: Node's own `recursive` never ends where the kernel answers ENOENT
 * for a folder that is there, as it does in /proc. Throws what the file system says, or that something on the way is no folder.
 */
export const makeFolder = (path: string): void => {
  if (isFolder(path)) return
  const above = dirname(path)
  if (above !== path) makeFolder(above)
  try {
    mkdirSync(path)
  } catch (error) {
    // Another run may have made it meanwhile.
    if (!isFolder(path)) throw error
  }
}

const isFolder = (path: string): boolean => {
  const there = statSync(path, { throwIfNoEntry: false })
  if (there && !there.isDirectory()) throw new Error(`${path} is not a folder`)
  return there !== undefined
}
