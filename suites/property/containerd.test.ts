import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AmiproofError } from '../../src/lib/errors.ts'
import { deepMerge } from '../../src/lib/merge.ts'
import { parseToml } from '../../src/lib/toml.ts'
import { stringifyToml } from '../../src/lib/toml-text.ts'
import { combineAsNodeadm } from '../../src/render/containerd-nodeadm.ts'
import { combineStrictly } from '../../src/render/containerd-strict.ts'
import { containerdTemplate } from '../../src/render/containerd-template.ts'
import { effectiveContainerd } from '../../src/render/effective-containerd.ts'
import { lintContainerd } from '../../src/render/lint-containerd.ts'
import { at } from '../differential/plain.ts'
import { chosenSettings, type Setting, textOf, written } from './containerd-samples.ts'
import { runs } from './runs.ts'

const values = {
  sandboxImage: 'localhost/kubernetes/pause:latest',
  enableCdi: true,
  runtime: { name: 'runc', binary: '/usr/sbin/runc' },
}
const soci = fc.boolean().map((isOn) => ({ ...values, soci: isOn }))
const release = fc.constantFrom('1.7.28', '2.0.5', '2.1.9', '2.2.4')

const placeIn = ({ v2, v3 }: Setting, isOld: boolean): readonly string[] =>
  isOld
    ? ['plugins', 'io.containerd.grpc.v1.cri', ...v2]
    : ['plugins', `io.containerd.cri.v1.${v3[0]}`, ...v3.slice(1)]

test('whatever version a user writes in, every setting arrives, and no other of ours is lost', () => {
  fc.assert(
    fc.property(
      chosenSettings,
      soci,
      release,
      fc.constantFrom(2, 3),
      (chosen, filled, containerd, version) => {
        const isOld = containerd.startsWith('1.')
        fc.pre(!(isOld && version === 3))
        const config = parseToml(combineStrictly(containerd, filled, textOf(chosen, version === 2 ? 2 : 3)))
        for (const setting of chosen) expect(at(config, ...placeIn(setting, isOld))).toEqual(setting.value)
        const target = isOld ? 2 : 3
        const ours = parseToml(containerdTemplate(target, filled))
        expect(config).toEqual(deepMerge(ours, written(chosen, target)))
      },
    ),
    runs,
  )
})

test('what strict mode writes, containerd starts with and ignores nothing of', () => {
  fc.assert(
    fc.property(chosenSettings, soci, release, (chosen, filled, containerd) => {
      const text = combineStrictly(containerd, filled, textOf(chosen, 2))
      const effective = effectiveContainerd([{ path: '/etc/containerd/config.toml', text }], containerd)
      expect(effective).toMatchObject({ status: 'loaded', warnings: [] })
    }),
    runs,
  )
})

test('the result as a user configuration gives the result again', () => {
  fc.assert(
    fc.property(chosenSettings, soci, release, (chosen, filled, containerd) => {
      const once = combineStrictly(containerd, filled, textOf(chosen, 2))
      const twice = combineStrictly(containerd, filled, once)
      expect(stringifyToml(parseToml(twice))).toBe(stringifyToml(parseToml(once)))
    }),
    runs,
  )
})

test('where nodeadm loses nothing, strict mode writes what nodeadm writes', () => {
  fc.assert(
    fc.property(chosenSettings, soci, (chosen, filled) => {
      fc.pre(chosen.length > 0)
      const user = textOf(chosen, 3)
      expect(combineStrictly('2.2.4', filled, user)).toBe(combineAsNodeadm('2.2.4', filled, user).text)
      const old = textOf(chosen, 2)
      expect(combineStrictly('1.7.28', filled, old)).toBe(combineAsNodeadm('1.7.28', filled, old).text)
    }),
    runs,
  )
})

test('a version that contradicts its keys is refused, and the keys are named', () => {
  fc.assert(
    fc.property(chosenSettings, soci, fc.constantFrom(2, 3), (chosen, filled, version) => {
      fc.pre(chosen.length > 0)
      const other = version === 2 ? 3 : 2
      const doc = { ...written(chosen, version === 2 ? 2 : 3), version: BigInt(other) }
      const first = chosen[0]
      if (!first) return
      const name = placeIn(first, version === 2)[version === 2 ? 2 : 1] ?? ''
      const refused = (): string => combineStrictly('2.1.9', filled, stringifyToml(doc))
      expect(refused).toThrow(AmiproofError)
      expect(refused).toThrow(name)
    }),
    runs,
  )
})

const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        'version = 2\n',
        'version = 3\n',
        '[plugins."io.containerd.grpc.v1.cri"]\n',
        "[plugins.'io.containerd.cri.v1.images']\n",
        'snapshotter = "soci"\n',
        'sandbox_image = "SANDBOX_IMAGE"\n',
        '[proxy_plugins.soci]\n',
        '[grpc]\n',
        'plugins = 3\n',
        '[plugins]\n',
        'containerd = {runtimes = {runc = 1}}\n',
        '[__proto__]\n',
        'x = [[[1]]]\n',
        '"',
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join('')),
)

test('any user configuration ends in a file or in one typed error, in either mode', () => {
  fc.assert(
    fc.property(anything, soci, release, (user, filled, containerd) => {
      for (const act of [
        () => combineStrictly(containerd, filled, user),
        () => combineAsNodeadm(containerd, filled, user).text,
      ]) {
        const before = performance.now()
        try {
          parseToml(act())
        } catch (error) {
          if (!(error instanceof AmiproofError)) throw error
        }
        expect(performance.now() - before).toBeLessThan(1000)
      }
      expect(Object.keys(Object.prototype)).toEqual([])
    }),
    runs,
  )
})

test('any text is linted, and every finding points into it', () => {
  fc.assert(
    fc.property(anything, fc.constantFrom('1.6.20', '1.7.28', '2.1.9', '2.3.0'), (text, containerd) => {
      const lines = text.split('\n')
      for (const { rule, line, column, message, fix } of lintContainerd(text, containerd)) {
        const there = lines[line - 1]?.slice(column - 1)
        if (rule === 'containerd/syntax') expect(there).toBeDefined()
        else expect(there).toMatch(/^\S/)
        expect(message.length * fix.length).toBeGreaterThan(0)
      }
    }),
    runs,
  )
})
