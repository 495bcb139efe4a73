import { AmiproofError } from '../lib/errors.ts'
import { cannotShow } from './absent.ts'
import type { Configs } from './configs.ts'
import { configFiles, configTrees, flatTrees, singleFiles, wholeTrees } from './file-scope.ts'
import type { FileStat, Stats } from './stats.ts'

/**
 * What is at a path, itself if it is a link; undefined when nothing is there. Throws an {@link AmiproofError}: `unproven` when the
 * path is outside what is looked at, `fact` when the node refused to show it.
 */
export const fileAt = (stats: Stats, path: string): FileStat | undefined => {
  const found = stats.entries[path]
  if (found) return found
  if (!looksAt(path)) throw cannotShow(path, 'evidence does not look there')
  refuseDenied(stats.denied, path)
  return undefined
}

/** Entries directly or deeper below a directory, by path, in the order of their names. */
export const filesUnder = (stats: Stats, directory: string): readonly (readonly [string, FileStat])[] => {
  refuseDenied(stats.denied, `${directory}/`)
  return Object.entries(stats.entries)
    .filter(([path]) => path.startsWith(`${directory}/`))
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

/**
 * The text of a configuration file, links followed; undefined when there is no such file.
 * Throws `unproven` when its text is not collected, `fact` when it could not be read.
 */
export const textAt = (configs: Configs, path: string): string | undefined => {
  const found = configs.entries[path]
  if (found) return found.text
  if (!readsAt(path)) throw cannotShow(`the text of ${path}`, 'evidence does not keep it')
  refuseDenied(configs.denied, path)
  return undefined
}

/** Texts below a directory whose path ends with `suffix`, by path, in byte order. */
export const textsUnder = (
  configs: Configs,
  directory: string,
  suffix = '',
): readonly (readonly [string, string])[] => {
  refuseDenied(configs.denied, `${directory}/`)
  return Object.entries(configs.entries)
    .filter(([path]) => path.startsWith(`${directory}/`) && path.endsWith(suffix))
    .map(([path, { text }]) => [path, text] as const)
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

const below = (trees: readonly string[], path: string): boolean =>
  trees.some((tree) => path === tree || path.startsWith(`${tree}/`))
const parent = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/'

const looksAt = (path: string): boolean => {
  const [flat, single]: readonly (readonly string[])[] = [flatTrees, singleFiles]
  return below(wholeTrees, path) || flat?.includes(parent(path)) === true || single?.includes(path) === true
}

const units = /^\/(usr\/lib|run)\/systemd\/system\//
const readsAt = (path: string): boolean =>
  below([...configTrees, ...configFiles], path) || units.test(path) || path.startsWith('/etc/systemd/')

const refuseDenied = (denied: readonly string[], path: string): void => {
  const by = denied.find((directory) => path === directory || path.startsWith(`${directory}/`))
  if (by !== undefined)
    throw new AmiproofError(
      `Cannot tell what is at ${path}: permission was denied at ${by}. Collect as root.`,
      {
        kind: 'fact',
        code: 'permission-denied',
        op: `look at ${path}`,
        blame: 'user',
      },
    )
}
