import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest'
import * as library from '../../src/index.ts'

/** What somebody sees who installs the package: declarations alone. */
const types = mkdtempSync(join(tmpdir(), 'amiproof-types-'))
beforeAll(() => {
  execFileSync('tsc', ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', types])
}, 60_000)
afterAll(() => rmSync(types, { recursive: true }))

interface Declaration {
  readonly name: string
  readonly text: string
  readonly hasComment: boolean
  /** Names of its own module that nobody outside can need: they are spelled out in the declaration. */
  readonly locals: ReadonlySet<string>
}

const exportsOf = (file: string): readonly { name: string; as: string; from: string }[] =>
  [...readFileSync(file, 'utf8').matchAll(/export (?:type )?\{([^}]*)\} from '([^']+)'/gs)].flatMap((match) =>
    (match[1] ?? '')
      .split(',')
      .map((one) => one.trim().replace(/^type /, ''))
      .filter(Boolean)
      .map((one) => {
        const [name = '', as = name] = one.split(' as ')
        return { name, as, from: match[2] ?? '' }
      }),
  )

const startOf = (name: string): RegExp =>
  new RegExp(`(\\*/\\s*)?export (?:declare )?(?:const|function|class|interface|type) ${name}\\b`)

/** The declaration of a name, wherever it was exported from. */
const declarationOf = (name: string, from: string): Declaration => {
  const file = join(types, from.replace(/\.ts$/, '.d.ts'))
  const text = readFileSync(file, 'utf8')
  const found = startOf(name).exec(text)
  if (!found) {
    const further = exportsOf(file).find((one) => one.as === name)
    const own = new RegExp(`import type \\{ ${name} \\} from`).test(text)
    if (own) return { name, text: '', hasComment: true, locals: new Set() }
    if (!further) throw new Error(`${name} is declared nowhere below ${from}`)
    return declarationOf(further.name, join(from, '..', further.from))
  }
  const rest = text.slice(found.index + (found[1]?.length ?? 0))
  const end = rest.slice(1).search(/\n(?:export|declare|interface|type|import|\/\*\*)/)
  const locals = [...text.matchAll(/^(?:declare )?(?:interface|type|const) (\w+)/gm)].map(
    (match) => match[1] ?? '',
  )
  return {
    name,
    text: end < 0 ? rest : rest.slice(0, end + 1),
    hasComment: found[1] !== undefined,
    locals: new Set(locals),
  }
}

const exported = exportsOf('src/index.ts')
const declarations = (): readonly Declaration[] => exported.map(({ name, from }) => declarationOf(name, from))

test('every public name says in a comment what it is', () => {
  expect(exported.length).toBeGreaterThan(100)
  expect(
    declarations()
      .filter(({ hasComment }) => !hasComment)
      .map(({ name }) => name),
  ).toEqual([])
})

const standard = new Set(
  'Array AsyncDisposable Date Error Exclude Extract Iterable Map NoInfer Omit Partial Pick Promise Readonly ReadonlyMap ReadonlySet Record RegExp ReturnType Set Uint8Array'.split(
    ' ',
  ),
)

/** Types that a declaration mentions: capitalised words outside comments, texts, names of fields and other packages. */
const mentioned = (text: string): readonly string[] =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/'[^']*'|"[^"]*"/g, "''")
    .replace(/import\(''\)\.|\bz(\.\w+)+|\w+\??: /g, '')
    .match(/\b[A-Z]\w*[a-z]\w*\b/g) ?? []

test('every type that a public name mentions is public', () => {
  const names = new Set(exported.flatMap(({ name, as }) => [name, as]))
  const hidden = declarations().flatMap(({ name, text, locals }) =>
    mentioned(text)
      .filter((type) => !names.has(type) && !standard.has(type) && !locals.has(type))
      .map((type) => `${type}, by ${name}`),
  )
  expect([...new Set(hidden)]).toEqual([])
})

test('a spec that was read is what renderers take, defaults filled in', () => {
  expectTypeOf(library.parseNodeSpec).returns.toEqualTypeOf<library.NodeSpec>()
  expectTypeOf(library.renderNode).parameter(0).toEqualTypeOf<library.NodeSpec>()
  expectTypeOf(library.renderNode).returns.toEqualTypeOf<readonly library.NodeFile[]>()
  expectTypeOf<library.NodeSpec['image']['variant']>().toEqualTypeOf<'standard' | 'nvidia' | 'neuron'>()
  expectTypeOf<library.NodeSpecInput['image']['variant']>().toEqualTypeOf<
    'standard' | 'nvidia' | 'neuron' | undefined
  >()
  expectTypeOf<library.NodeSpec['join']>().toEqualTypeOf<library.NodeConfig | undefined>()
})

test('user data is bytes in, a NodeConfig out', () => {
  expectTypeOf(library.parseUserData).parameters.toEqualTypeOf<[bytes: Uint8Array]>()
  expectTypeOf(library.parseUserData).returns.toEqualTypeOf<library.NodeConfigDocument>()
  expectTypeOf(library.mergeNodeConfigs).returns.toEqualTypeOf<library.NodeConfigDocument>()
})

test('pods are a number, and what they rest on is an explanation', () => {
  expectTypeOf(library.maxPods).returns.toEqualTypeOf<number>()
  expectTypeOf(library.explainMaxPods).returns.toEqualTypeOf<library.Explanation>()
  expectTypeOf(library.findInstanceType).returns.toEqualTypeOf<library.InstanceType | undefined>()
})

test('linters return findings', () => {
  for (const lint of [library.lintContainerd, library.lintKubelet, library.lintUserData])
    expectTypeOf(lint).returns.toEqualTypeOf<readonly library.Finding[]>()
  expectTypeOf<library.Finding['severity']>().toEqualTypeOf<'error' | 'warning' | 'info'>()
})

test('an outcome cannot be a failure without what was found and what was expected', () => {
  expectTypeOf<{ status: 'fail'; actual: 1 }>().not.toExtend<library.Outcome>()
  expectTypeOf<{ status: 'fail'; actual: 1; expected: 2 }>().toExtend<library.Outcome>()
  expectTypeOf<{ status: 'manual' }>().not.toExtend<library.Outcome>()
})

test('what is given out is not to be changed', () => {
  expectTypeOf<library.NodeFile>().toEqualTypeOf<Readonly<library.NodeFile>>()
  expectTypeOf<library.Finding>().toEqualTypeOf<Readonly<library.Finding>>()
  expectTypeOf(library.instanceTypes).returns.toEqualTypeOf<readonly library.InstanceType[]>()
})
