import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mergePatch } from '../../src/lib/merge.ts'
import { dropInOrder, effectiveKubelet } from '../../src/render/effective-kubelet.ts'
import { kubeletTypeMeta } from '../../src/render/kubelet.ts'
import type { ConfigFile } from '../../src/render/kubelet-document.ts'
import { lintKubelet } from '../../src/render/lint-kubelet.ts'
import { userKubeletConfig } from './node-specs.ts'
import { runs } from './runs.ts'

const file = (path: string, config: object): ConfigFile => ({
  path,
  text: JSON.stringify({ ...config, ...kubeletTypeMeta }),
})
const base = file('/etc/kubernetes/kubelet/config.json', {
  maxPods: 58,
  evictionHard: { 'memory.available': '100Mi' },
})
const withDropIns = (...configs: readonly object[]) =>
  effectiveKubelet(
    base,
    configs.map((config, index) => file(`d/${index}0.conf`, config)),
  ).config

const names = fc.uniqueArray(fc.stringMatching(/^[0-9a-zA-Z._-]{1,6}(\/[0-9a-zA-Z._-]{1,6})?\.conf$/), {
  maxLength: 6,
})

test('an empty drop-in changes nothing', () => {
  fc.assert(
    fc.property(userKubeletConfig, (config) => {
      expect(withDropIns(config, {})).toEqual(withDropIns(config))
    }),
    runs,
  )
})

test('a drop-in applied twice is as one', () => {
  fc.assert(
    fc.property(userKubeletConfig, (config) => {
      expect(withDropIns(config, config)).toEqual(withDropIns(config))
    }),
    runs,
  )
})

test('two drop-ins without null are as one that is their merge', () => {
  fc.assert(
    fc.property(userKubeletConfig, userKubeletConfig, (a, b) => {
      expect(withDropIns(a, b)).toEqual(withDropIns(Object(mergePatch(a, b))))
    }),
    runs,
  )
})

test('a scalar or list that the last drop-in sets is what the kubelet gets', () => {
  fc.assert(
    fc.property(userKubeletConfig, userKubeletConfig, (a, b) => {
      const config = withDropIns(a, b)
      for (const key of ['maxPods', 'podPidsLimit', 'clusterDNS'] as const)
        if (b[key] !== undefined) expect(config[key]).toEqual(b[key])
    }),
    runs,
  )
})

test('drop-ins of different fields commute', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 1, max: 500 }),
      (maxPods, podPidsLimit) => {
        expect(withDropIns({ maxPods }, { podPidsLimit })).toEqual(withDropIns({ podPidsLimit }, { maxPods }))
      },
    ),
    runs,
  )
})

test('the order in which drop-ins are handed over does not matter', () => {
  fc.assert(
    fc.property(names, (paths) => {
      const files = paths.map((path, index) => file(`d/${path}`, { maxPods: index + 1 }))
      expect(effectiveKubelet(base, files.toReversed()).config).toEqual(effectiveKubelet(base, files).config)
    }),
    runs,
  )
})

test('drop-ins of one directory apply in the order of their bytes', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 4 })), (stems) => {
      const flat = stems.map((stem) => `${stem.toWellFormed().replaceAll('/', '-')}.conf`)
      const ordered = dropInOrder([...new Set(flat)].map((path) => ({ path, text: '' }))).map(
        ({ path }) => path,
      )
      expect(ordered).toEqual(
        [...new Set(flat)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      )
    }),
    runs,
  )
})

test('flags win over every file', () => {
  fc.assert(
    fc.property(userKubeletConfig, fc.integer({ min: 1, max: 500 }), (config, maxPods) => {
      const files = [file('d/1.conf', config)]
      const effective = effectiveKubelet(base, files, [`--max-pods=${maxPods}`])
      expect(effective.config.maxPods).toBe(maxPods)
      expect(effective.origin.get('/maxPods')).toEqual({ kind: 'flag', flag: 'max-pods' })
    }),
    runs,
  )
})

test('every leaf says where it comes from, and it does come from there', () => {
  fc.assert(
    fc.property(userKubeletConfig, (config) => {
      const effective = effectiveKubelet(base, [file('d/1.conf', config)])
      const fromDropIn = [...effective.origin].filter(
        ([, source]) => source.kind === 'file' && source.path === 'd/1.conf',
      )
      const keys = new Set(fromDropIn.map(([path]) => path.split('/')[1]))
      const given = Object.entries(config).filter(
        ([, value]) => typeof value !== 'object' || Array.isArray(value) || Object.keys(value).length > 0,
      )
      expect([...keys].sort()).toEqual([...given.map(([key]) => key), 'apiVersion', 'kind'].sort())
    }),
    runs,
  )
})

test('no text makes the effective configuration or the linter throw, or touches a prototype', () => {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constant('{"__proto__":{"polluted":true},"apiVersion":1}'),
    fc.string().map((key) => `kind: KubeletConfiguration\n? ${key}\n: {__proto__: {polluted: 1}}\n`),
  )
  fc.assert(
    fc.property(text, fc.array(fc.string()), (any, args) => {
      effectiveKubelet({ path: 'c', text: any }, [{ path: 'd.conf', text: any }], args)
      for (const kind of ['config', 'drop-in', 'environment', 'arguments'] as const)
        lintKubelet(any, kind, '1.34')
      expect({}).not.toHaveProperty('polluted')
    }),
    runs,
  )
})
