/**
 * Puts what tsc built into a few files: Node takes half a millisecond to find and link each module, and the library has two hundred. The
 * library and the command line share what they have in common, so that there is one AmiproofError however a check gets at it.
 */
import { globSync, rmSync, writeFileSync } from 'node:fs'
import { rolldown } from 'rolldown'

rmSync('dist/bundle', { recursive: true, force: true })
const build = await rolldown({
  input: { index: 'dist/index.js', cli: 'dist/cli.js' },
  platform: 'node',
  // Packages stay packages, and JSON that is read when it is needed stays a file.
  external: /^[^./]/,
})
await build.write({ dir: 'dist/bundle', format: 'esm' })
await build.close()

for (const file of globSync('dist/**/*.js', { exclude: ['dist/bundle/**'] })) rmSync(file)
writeFileSync('dist/index.js', "export * from './bundle/index.js'\n")
writeFileSync('dist/cli.js', "#!/usr/bin/env node\nimport './bundle/cli.js'\n")
