import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** The house: what each module may import from src/, and which packages are its own. Pure modules may use only Node modules that compute. */
const layers: Record<string, { from: string[]; packages: string[]; io?: true }> = {
  lib: {
    from: [],
    packages: ['smol-toml', '@iarna/toml', 'yaml', 'zod', '@bufbuild/cel', '@bufbuild/protobuf'],
  },
  result: { from: ['lib', 'spec'], packages: ['zod'] },
  spec: { from: ['lib'], packages: ['zod', 'yaml'] },
  'max-pods': { from: ['lib', 'spec'], packages: [] },
  render: { from: ['lib', 'result', 'spec', 'max-pods'], packages: ['yaml'] },
  facts: { from: ['lib', 'result', 'spec', 'render'], packages: ['zod', 'yaml'] },
  frameworks: { from: ['lib', 'result'], packages: ['zod'] },
  checks: {
    from: ['lib', 'result', 'spec', 'max-pods', 'render', 'facts', 'frameworks'],
    packages: ['yaml'],
  },
  report: { from: ['lib', 'result', 'spec', 'frameworks'], packages: ['zod', 'junit-report-builder'] },
  targets: { from: ['lib', 'result', 'spec', 'render', 'facts'], packages: ['dockerode'], io: true },
  run: {
    from: [
      'lib',
      'result',
      'spec',
      'max-pods',
      'render',
      'facts',
      'frameworks',
      'checks',
      'report',
      'targets',
    ],
    packages: ['zod', 'pino'],
    io: true,
  },
  'cli.ts': { from: ['lib', 'result', 'run'], packages: [], io: true },
  'index.ts': {
    from: [
      'lib',
      'result',
      'spec',
      'max-pods',
      'render',
      'facts',
      'frameworks',
      'checks',
      'report',
      'targets',
      'run',
    ],
    packages: [],
  },
}

/** Of Node, what computes and touches nothing. */
const computing = new Set(['node:zlib', 'node:crypto', 'node:buffer'])

const files = globSync('src/**/*.ts')
const homeOf = (file: string): string => file.split('/')[1] ?? ''
const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import\(|import)\s*'([^']+)'/g)].map((m) => m[1] ?? '')

test('every module of the house has files, and every file has a place in it', () => {
  const homes = new Set(files.map(homeOf))
  expect([...homes].filter((home) => !(home in layers))).toEqual([])
  expect(Object.keys(layers).filter((home) => !homes.has(home))).toEqual([])
})

test.for(files)('%s imports only what its layer may', (file) => {
  const home = homeOf(file)
  const layer = layers[home]
  if (!layer) throw new Error(`${home} is not in the table`)
  for (const specifier of importsOf(file)) {
    if (specifier.startsWith('node:')) {
      if (!layer.io && home !== 'lib') expect(computing.has(specifier), `${file} → ${specifier}`).toBe(true)
    } else if (specifier.startsWith('.')) {
      const to = new URL(specifier, `file:///${file}`).pathname.split('/')[2] ?? ''
      if (to !== home) expect(layer.from, `${file} → ${to}`).toContain(to)
    } else {
      expect(layer.packages, `${file} → ${specifier}`).toContain(
        specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'),
      )
    }
  }
})

test('pure modules read no clock, environment or process', () => {
  const pure = files.filter((file) => !layers[homeOf(file)]?.io && homeOf(file) !== 'lib')
  const impure =
    /\bDate\.now\(|\bnew Date\(\)|\bprocess\.(?:env|argv|cwd|exit|exitCode|std(?:in|out|err)|pid|platform|arch|hrtime|uptime|on|kill|nextTick|memoryUsage)\b|\bMath\.random\(|\bfetch\(|\bperformance\.now\(/
  expect(pure.filter((file) => impure.test(readFileSync(file, 'utf8')))).toEqual([])
})
