import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isDeepEqual } from '../../src/lib/equal.ts'
import { AmiproofError } from '../../src/lib/errors.ts'
import type { TomlTable } from '../../src/lib/toml.ts'
import { stringifyToml } from '../../src/lib/toml-text.ts'
import { type EffectiveContainerd, effectiveContainerd } from '../../src/render/effective-containerd.ts'
import { migrateContainerd } from '../../src/render/migrate-containerd.ts'
import { at } from '../differential/plain.ts'
import { chosenSettings, isRuntimeSetting, type Setting, textOf, written } from './containerd-samples.ts'
import { runs } from './runs.ts'

const main = '/etc/containerd/config.toml'
const importing = (text: string): string => `imports = ["conf.d/*.toml"]\n${text}`
const dropIn = (name: string, text: string) => ({ path: `/etc/containerd/conf.d/${name}.toml`, text })
const load = (
  version: string,
  text: string,
  ...dropIns: { path: string; text: string }[]
): EffectiveContainerd =>
  effectiveContainerd(
    [{ path: main, text: dropIns.length > 0 ? importing(text) : text }, ...dropIns],
    version,
  )

/** What containerd works with, but for the list of files. */
const worksWith = (effective: EffectiveContainerd): TomlTable => {
  if (effective.status === 'refused') throw new Error(effective.reason)
  const { imports: _, ...config } = effective.config
  return config
}

/** As expect.toEqual, which is slow where it agrees. */
const same = (a: unknown, b: unknown): void => {
  if (!isDeepEqual(a, b)) expect(a).toEqual(b)
  expect(isDeepEqual(a, b)).toBe(true)
}

test('on 2.x a drop-in that is there twice is a drop-in that is there once', () => {
  fc.assert(
    fc.property(chosenSettings, chosenSettings, (base, more) => {
      const [text, extra] = [
        textOf(base, 3),
        `disabled_plugins = ["io.containerd.x.v1.y"]\n${textOf(more, 3)}`,
      ]
      const once = load('2.1.9', text, dropIn('10-a', extra))
      expect(worksWith(load('2.1.9', text, dropIn('10-a', extra), dropIn('20-a', extra)))).toEqual(
        worksWith(once),
      )
    }),
    runs,
  )
})

test('on 1.x plugins are as idempotent, and lists are not', () => {
  fc.assert(
    fc.property(chosenSettings, fc.constantFrom('1.6.20', '1.7.24'), (more, version) => {
      const extra = `disabled_plugins = ["io.containerd.x.v1.y"]\n${textOf(more, 2)}`
      const once = worksWith(load(version, 'version = 2', dropIn('10-a', extra)))
      const twice = worksWith(load(version, 'version = 2', dropIn('10-a', extra), dropIn('20-a', extra)))
      expect(twice.plugins).toEqual(once.plugins)
      expect(once.disabled_plugins).toHaveLength(1)
      expect(twice.disabled_plugins).toHaveLength(2)
    }),
    runs,
  )
})

test('on 2.x drop-ins merge as one file would, the last winning', () => {
  fc.assert(
    fc.property(chosenSettings, chosenSettings, (first, second) => {
      const keys = new Set(second.map(({ v3 }) => v3.join('/')))
      const both = [...first.filter(({ v3 }) => !keys.has(v3.join('/'))), ...second]
      const apart = load(
        '2.1.9',
        textOf([], 3),
        dropIn('10', textOf(first, 3)),
        dropIn('20', textOf(second, 3)),
      )
      same(worksWith(apart), worksWith(load('2.1.9', textOf(both, 3))))
    }),
    runs,
  )
})

test('the order of drop-ins counts only where their keys meet', () => {
  fc.assert(
    fc.property(chosenSettings, chosenSettings, (one, two) => {
      const keys = new Set(one.map(({ v3 }) => v3.join('/')))
      const apart = two.filter(({ v3 }) => !keys.has(v3.join('/')))
      const [a, b] = [textOf(one, 3), textOf(apart, 3)]
      const forth = load('2.1.9', 'version = 3', dropIn('10', a), dropIn('20', b))
      expect(worksWith(load('2.1.9', 'version = 3', dropIn('20', a), dropIn('10', b)))).toEqual(
        worksWith(forth),
      )
    }),
    runs,
  )
})

test('on 1.x a drop-in that names the CRI plugin leaves nothing of what the main file said of it', () => {
  fc.assert(
    fc.property(
      chosenSettings,
      chosenSettings,
      fc.constantFrom('1.6.20', '1.7.24'),
      (base, more, version) => {
        fc.pre(more.length > 0)
        const together = load(version, textOf(base, 2), dropIn('10', textOf(more, 2)))
        expect(worksWith(together).plugins).toEqual(worksWith(load(version, textOf(more, 2))).plugins)
      },
    ),
    runs,
  )
})

test('taking a drop-in away restores what was', () => {
  fc.assert(
    fc.property(chosenSettings, fc.constantFrom('1.7.24', '2.1.9'), (base, version) => {
      const text = textOf(base, 2)
      const without = effectiveContainerd([{ path: main, text: importing(text) }], version)
      same(worksWith(without), worksWith(load(version, text)))
    }),
    runs,
  )
})

test('outside plugins a drop-in cannot set zero, false or nothing', () => {
  const arbitrary = fc.tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: -2, max: 2 }))
  fc.assert(
    fc.property(arbitrary, fc.constantFrom('1.6.20', '1.7.24', '2.1.9'), ([score, over], version) => {
      const effective = load(
        version,
        `version = 2\noom_score = ${score}`,
        dropIn('10', `oom_score = ${over}`),
      )
      expect(worksWith(effective).oom_score).toBe(BigInt(over === 0 ? score : over))
    }),
    runs,
  )
})

const faithful = (chosen: readonly Setting[]): boolean => chosen.some(isRuntimeSetting)

test('our migration means on 2.x what the file meant there before, or keeps what containerd would lose', () => {
  fc.assert(
    fc.property(chosenSettings, (chosen) => {
      const { doc, lost } = migrateContainerd(written(chosen, 2), 3)
      expect(lost).toEqual([])
      const ours = worksWith(load('2.1.9', stringifyToml(doc)))
      expect(ours).toEqual(worksWith(load('2.1.9', textOf(chosen, 3))))
      if (faithful(chosen)) expect(ours).toEqual(worksWith(load('2.1.9', textOf(chosen, 2))))
    }),
    runs,
  )
})

test('migrating in steps is migrating at once, and again changes nothing', () => {
  fc.assert(
    fc.property(chosenSettings, (chosen) => {
      const second: TomlTable = { ...written(chosen, 2), grpc: { address: '/run/x.sock' } }
      const third = migrateContainerd(second, 3).doc
      expect(migrateContainerd(third, 3).doc).toEqual(third)
      expect(migrateContainerd(third, 4).doc).toEqual(migrateContainerd(second, 4).doc)
      const { plugins } = second
      const cri = at(plugins, 'io.containerd.grpc.v1.cri')
      if (cri !== undefined)
        expect(
          migrateContainerd({ grpc: Object(second.grpc), plugins: { cri: Object(cri) } }, 3).doc,
        ).toEqual(third)
    }),
    runs,
  )
})

test('every value that is no default knows its file and its key', () => {
  fc.assert(
    fc.property(chosenSettings, chosenSettings, fc.constantFrom('1.7.24', '2.1.9'), (base, more, version) => {
      const files = [{ path: main, text: importing(textOf(base, 2)) }, dropIn('10', textOf(more, 2))]
      const effective = effectiveContainerd(files, version)
      if (effective.status === 'refused') throw new Error(effective.reason)
      const docs = new Map([
        [main, written(base, 2)],
        [dropIn('10', '').path, written(more, 2)],
      ])
      for (const [key, { file, path }] of Object.entries(effective.origins)) {
        if (path[0] !== 'plugins') continue
        expect(at(docs.get(file), ...path), `${key} from ${file}`).toBeDefined()
      }
      const last = more.at(-1)
      if (last && version === '1.7.24')
        expect(Object.values(effective.origins)).toContainEqual({
          file: dropIn('10', '').path,
          path: ['plugins', 'io.containerd.grpc.v1.cri', ...last.v2],
        })
    }),
    runs,
  )
})

test('appending a table again keeps every release from starting', () => {
  fc.assert(
    fc.property(chosenSettings, fc.constantFrom('1.6.20', '1.7.24', '2.1.9', '2.3.0'), (chosen, version) => {
      const stanza = '[proxy_plugins.soci]\ntype = "snapshot"\n'
      const text = `${textOf(chosen, 2)}\n${stanza}`
      expect(load(version, text).status).toBe('loaded')
      expect(load(version, text + stanza).status).toBe('refused')
    }),
    runs,
  )
})

const fragments = fc.array(
  fc.oneof(
    fc.constantFrom(
      'version = 3\n',
      'version = "x"\n',
      'version = -1\n',
      '[plugins]\n',
      '[plugins.cri]\n',
      'plugins = 1\n',
      '[plugins."io.containerd.grpc.v1.cri"]\n',
      '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes]\n',
      'runtimes = 1\n',
      'containerd = []\n',
      'cni = "x"\n',
      '[__proto__]\n',
      'constructor = {}\n',
      'imports = ["*.toml", "/etc/containerd/config.toml", "../x"]\n',
      '[proxy_plugins.x]\n',
      'disabled_plugins = ["cri", 1]\n',
      '[[x]]\n',
    ),
    fc.string({ unit: 'binary', maxLength: 6 }),
  ),
  { maxLength: 8 },
)

test('any files end in a configuration or in a refusal', () => {
  const releases = fc.constantFrom('1.6.20', '1.7.24', '2.0.0', '2.3.1')
  fc.assert(
    fc.property(fragments, fragments, releases, (base, more, version) => {
      const before = performance.now()
      const effective = load(version, base.join(''), dropIn('10', more.join('')))
      expect(['loaded', 'refused']).toContain(effective.status)
      expect(performance.now() - before).toBeLessThan(1000)
      expect(Object.keys(Object.prototype)).toEqual([])
      try {
        migrateContainerd(effective.status === 'loaded' ? effective.config : {}, 4)
      } catch (error) {
        expect(error).toBeInstanceOf(AmiproofError)
      }
    }),
    runs,
  )
})
