import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

/** What a file imports as values when it is loaded; types are gone by then, and `import()` waits. */
const loadedBy = (file: string): readonly string[] =>
  [
    ...readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)\s+(?!type\s)(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm,
    ),
  ].map((match) => match[1] ?? '')

/** Every file and package that loading a file loads. */
const loadedWith = (
  file: string,
  seen = new Set<string>(),
): { readonly files: ReadonlySet<string>; readonly packages: readonly string[] } => {
  if (seen.has(file)) return { files: seen, packages: [] }
  seen.add(file)
  const packages = loadedBy(file).flatMap((specifier): readonly string[] => {
    if (!specifier.startsWith('.')) return specifier.startsWith('node:') ? [] : [`${specifier} by ${file}`]
    const path = join(dirname(file), specifier)
    if (path.endsWith('.ts')) return loadedWith(path, seen).packages
    seen.add(path)
    return []
  })
  return { files: seen, packages }
}

test('loading the library loads no package: each is loaded by whom it serves first', () => {
  const { files, packages } = loadedWith('src/index.ts')
  expect(files.size).toBeGreaterThan(100)
  expect(packages).toEqual([])
})

test('loading the library reads no large table', () => {
  const tables = [...loadedWith('src/index.ts').files].filter((file) => file.endsWith('.json'))
  expect(tables.length).toBeGreaterThan(0)
  expect(tables.filter((file) => statSync(file).size > 32 * 1024)).toEqual([])
})

test('the command line loads nothing of ours until a verb is asked for', () => {
  expect(existsSync('src/cli.ts')).toBe(true)
  expect([...loadedWith('src/cli.ts').files]).toEqual(['src/cli.ts'])
})
