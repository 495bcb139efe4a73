import { isDeepStrictEqual } from 'node:util'
import { test } from 'vitest'
import { effectiveContainerd } from '../../src/render/effective-containerd.ts'
import { at, plain } from './plain.ts'
import { type Answer, expectEqualAnswers, type Vector } from './vectors.ts'

/** The few values that a case records, out of the whole effective configuration. */
const summary = (config: unknown): unknown => {
  const plugins = at(config, 'plugins')
  const isNew = Number(at(config, 'version')) >= 3
  const old = at(plugins, 'io.containerd.grpc.v1.cri')
  const images = isNew ? at(plugins, 'io.containerd.cri.v1.images') : at(old, 'containerd')
  const runtime = at(isNew ? at(plugins, 'io.containerd.cri.v1.runtime') : old, 'containerd')
  const runtimes = Object.entries(Object(at(runtime, 'runtimes'))).map(([name, entry]) => [
    name,
    { type: at(entry, 'runtime_type'), SystemdCgroup: at(entry, 'options', 'SystemdCgroup') ?? null },
  ])
  return {
    version: at(config, 'version'),
    snapshotter: at(images, 'snapshotter'),
    disable_snapshot_annotations: at(images, 'disable_snapshot_annotations'),
    discard_unpacked_layers: at(images, 'discard_unpacked_layers'),
    sandbox: isNew ? at(images, 'pinned_images', 'sandbox') : at(old, 'sandbox_image'),
    registry_config_path: at(isNew ? images : old, 'registry', 'config_path'),
    default_runtime_name: at(runtime, 'default_runtime_name'),
    runtimes: Object.fromEntries(runtimes),
    disabled_plugins: at(config, 'disabled_plugins'),
    oom_score: at(config, 'oom_score'),
    proxy_soci: at(config, 'proxy_plugins', 'soci') ?? null,
  }
}

/** A case's drop-ins lie where the main file's first import looks for them. */
const filesOf = (vector: Vector): readonly { path: string; text: string }[] => {
  const main = String(vector.main)
  const pattern = /^imports\s*=\s*\[\s*["']([^"']+)["']/m.exec(main)?.[1] ?? '/etc/containerd/none/*.toml'
  const directory = pattern.slice(0, pattern.lastIndexOf('/'))
  const dropIns = Object.entries(Object(vector.imports)).map(([name, text]) => ({
    path: `${directory}/${name}`,
    text: String(text),
  }))
  return [{ path: '/etc/containerd/main.toml', text: main }, ...dropIns]
}

const answer = (vector: Vector): readonly Answer[] =>
  Object.entries(Object(vector.results)).map(([version, result]) => {
    const ours = effectiveContainerd(filesOf(vector), version)
    const isRefused = at(result, 'rc') !== 0
    return {
      of: version,
      expected: isRefused
        ? 'refused'
        : { ...Object(at(result, 'effective')), warns: Number(at(result, 'ignoredKeyWarnings')) > 0 },
      actual:
        ours.status === 'refused'
          ? 'refused'
          : {
              ...Object(summary(plain(ours.config))),
              warns: ours.warnings.some(({ code, logged }) => logged && code === 'unknown-key'),
            },
    }
  })

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What differs from the built-in defaults; empty tables say nothing. */
const changed = (base: unknown, now: unknown): Fields =>
  Object.fromEntries(
    Object.entries(Object(now)).flatMap(([key, value]): [string, unknown][] => {
      const before = at(base, key)
      if (isDeepStrictEqual(before, value)) return []
      if (!isFields(value)) return [[key, value]]
      const inside = changed(isFields(before) ? before : {}, value)
      return Object.keys(inside).length > 0 ? [[key, inside]] : []
    }),
  )

const dumpOf = (files: ReturnType<typeof filesOf>, version: string): unknown => {
  const effective = effectiveContainerd(files, version)
  if (effective.status === 'refused') return { refused: true }
  const { imports: _, ...config } = effective.config
  return plain(config)
}

const answerDumps = (vector: Vector): readonly Answer[] =>
  Object.entries(Object(vector.dumps)).map(([version, dump]) => {
    const ours = dumpOf(filesOf(vector), version)
    const defaults = dumpOf([{ path: '/etc/containerd/main.toml', text: '' }], version)
    return {
      of: version,
      expected: at(dump, 'rc') === 0 ? at(dump, 'changed') : 'refused',
      actual: at(ours, 'refused') === true ? 'refused' : changed(defaults, ours),
    }
  })

test('configurations that nobody would write by hand load as the daemons load them, or are refused as they refuse them', () => {
  expectEqualAnswers('dumps of containerd', answerDumps)
})

test('the effective configuration is what containerd config dump prints, in every release measured', () => {
  expectEqualAnswers('effective containerd', answer)
})
