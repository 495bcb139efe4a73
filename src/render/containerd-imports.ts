import { compareBytes } from '../lib/bytes.ts'

/** Resolves `.` and `..` and doubled slashes, as Go's `filepath.Clean` does for absolute paths. */
const clean = (path: string): string => {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

const directory = (path: string): string => path.slice(0, path.lastIndexOf('/'))

/** Go's `filepath.Match`: `*` and `?` stay within a directory. */
const matches = (pattern: string, path: string): boolean => {
  const [patterns, parts] = [pattern.split('/'), path.split('/')]
  return patterns.length === parts.length && patterns.every((glob, i) => matchesPart(glob, parts[i] ?? ''))
}

/** Greedy with one point of return, so that no pattern takes more than quadratic time. */
const matchesPart = (glob: string, name: string): boolean => {
  let [g, n, star, from] = [0, 0, -1, 0]
  while (n < name.length) {
    if (glob[g] === '*') {
      star = g++
      from = n
    } else if (glob[g] === '?' || glob[g] === name[n]) {
      g++
      n++
    } else if (star >= 0) {
      g = star + 1
      n = ++from
    } else return false
  }
  while (glob[g] === '*') g++
  return g === glob.length
}

/**
 * The files that a file's `imports` name (containerd `resolveImports`): relative to the importing file, expanded only where a `*` stands, sorted
 * within one pattern. A literal path is returned whether it exists or not.
 */
export const resolveImports = (
  importer: string,
  imports: readonly string[],
  existing: readonly string[],
): readonly string[] =>
  imports.flatMap((path) => {
    const absolute = clean(path.startsWith('/') ? path : `${directory(importer)}/${path}`)
    return absolute.includes('*')
      ? existing.filter((file) => matches(absolute, file)).sort(compareBytes)
      : [absolute]
  })
