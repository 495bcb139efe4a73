import type { Facts } from '../facts/index.ts'
import { AmiproofError } from '../lib/errors.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { type Check, check } from './check.ts'
import { all, each } from './combine.ts'
import { at, type CriSetting, criSetting, placeOf, renderedContainerd, versionOfConfig } from './cri.ts'
import { containerdConfig, seenTarget } from './seen.ts'
import { trace } from './trace.ts'
import { equal, expected, fail } from './verdict.ts'

const rule = { phase: 'join', tags: ['node'] } as const
const repair = 'Let nodeadm write /etc/containerd/config.toml again from the spec, and restart containerd.'

const where = (facts: Facts, setting: CriSetting): string =>
  `\`containerd config dump\`: ${placeOf(setting, versionOfConfig(containerdConfig(facts)))
    .slice(1)
    .join('.')}`

/** Where the CRI is switched off its settings are nowhere, and containerd/cri-enabled fails. */
const asSeen = (facts: Facts, setting: CriSetting): unknown => {
  const config = containerdConfig(facts)
  const off = at(config, ['disabled_plugins'])
  if (Array.isArray(off) && off.some((name) => /cri/.test(String(name))))
    throw new AmiproofError(
      'cannot tell the settings of the CRI, because disabled_plugins names it; enable it first',
      {
        kind: 'fact',
        code: 'cri-disabled',
        op: 'read the settings of the CRI',
        blame: 'image',
      },
    )
  return criSetting(config, setting)
}

/** What the spec renders, or else what containerd does when it is told nothing. */
const asMeant = (spec: NodeSpec, setting: CriSetting, otherwise?: unknown): unknown =>
  criSetting(renderedContainerd(spec), setting) ?? otherwise

const setting = (
  name: CriSetting,
  otherwise: unknown,
  claim: Omit<Check, 'verify' | 'phase' | 'tags'>,
): Check =>
  check({
    ...rule,
    ...claim,
    verify: ({ spec, facts }) =>
      equal(asSeen(facts, name) ?? otherwise, asMeant(spec, name, otherwise), where(facts, name)),
  })

export const sandboxImage = setting('sandbox', undefined, {
  id: 'containerd/sandbox-image',
  title: 'Pods start from the sandbox image that the image carries',
  severity: 'critical',
  controls: trace('EN-17', 'PR-A19', 'KC-23', 'PR-I02', 'EN-16b'),
  fix: `A sandbox image that is not on the node has to be pulled before any pod can start. ${repair}`,
})

export const registryHosts = setting('registry', undefined, {
  id: 'containerd/registry-hosts',
  title: 'containerd looks for mirrors and certificates of registries in certs.d',
  severity: 'medium',
  controls: trace('KC-24'),
  fix: repair,
})

export const snapshotter = setting('snapshotter', 'overlayfs', {
  id: 'containerd/snapshotter',
  title: 'Layers are unpacked by the snapshotter of the spec',
  severity: 'high',
  controls: trace('EN-12a', 'KC-22', 'RD-04'),
  fix: `A snapshotter set below the wrong table is ignored in silence. ${repair}`,
})

export const discardsLayers = setting('discardLayers', false, {
  id: 'containerd/discards-layers',
  title: 'Compressed layers are thrown away once they are unpacked, so the disk holds images once',
  severity: 'medium',
  controls: trace('KC-21'),
  fix: repair,
})

export const defaultRuntime = setting('defaultRuntime', 'runc', {
  id: 'containerd/default-runtime',
  title: 'Pods without a runtime class run with the runtime of the spec',
  severity: 'critical',
  controls: trace('KC-21', 'KC-35', 'KC-34'),
  fix: `On a GPU image the default is nvidia, elsewhere runc. ${repair}`,
})

export const cdi = setting('cdi', false, {
  id: 'containerd/cdi',
  title: 'Devices are given to containers by CDI exactly where the version of Kubernetes expects it',
  severity: 'medium',
  controls: trace('RD-O2'),
  fix: repair,
})

type Table = Readonly<Record<string, unknown>>
const tables = (value: unknown): readonly (readonly [string, Table])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, table]): (readonly [string, Table])[] =>
        typeof table === 'object' && table !== null ? [[name, { ...table }]] : [],
      )
    : []

const options = (runtime: Table): Table => tables({ options: runtime.options })[0]?.[1] ?? {}

export const systemdCgroup = check({
  ...rule,
  id: 'containerd/systemd-cgroup',
  title: 'Every runtime lets systemd manage the cgroups of containers',
  severity: 'critical',
  controls: trace('RD-02', 'KC-25'),
  verify: ({ facts }) =>
    each(tables(asSeen(facts, 'runtimes')), 'runtimes', where(facts, 'runtimes'), ([name, runtime]) =>
      equal(
        options(runtime).SystemdCgroup,
        true,
        `${where(facts, 'runtimes')}.${name}.options.SystemdCgroup`,
      ),
    ),
  fix: `Set SystemdCgroup = true for each runtime: with two managers, limits of pods stop working under load. ${repair}`,
})

export const runtimeTypes = check({
  ...rule,
  id: 'containerd/runtime-types',
  title: 'Every runtime has a shim that this containerd still knows',
  severity: 'critical',
  controls: trace('KC-25', 'KC-34', 'EN-14a'),
  verify: ({ facts }) =>
    each(
      tables(asSeen(facts, 'runtimes')),
      'runtimes',
      where(facts, 'runtimes'),
      ([name, { runtime_type: type }]) =>
        expected(
          typeof type === 'string' &&
            /^io\.containerd\.[a-z0-9-]+\.v\d+$/.test(type) &&
            !/^io\.containerd\.(runtime\.v1\.linux|runc\.v1)$/.test(type),
          type,
          'io.containerd.runc.v2, or the shim of another runtime',
          `${where(facts, 'runtimes')}.${name}.runtime_type`,
        ),
    ),
  fix: 'Use io.containerd.runc.v2 with options.BinaryName; io.containerd.runtime.v1.linux and runc.v1 are gone since containerd 2.0.',
})

export const runtimeBinaries = check({
  ...rule,
  id: 'containerd/runtime-binaries',
  title: 'The binary of every runtime is where the configuration says',
  severity: 'critical',
  controls: trace('PR-A10', 'KC-25'),
  verify: ({ facts }) =>
    each(tables(asSeen(facts, 'runtimes')), 'runtimes', where(facts, 'runtimes'), ([name, runtime]) => {
      const binary = options(runtime).BinaryName
      const path = `${where(facts, 'runtimes')}.${name}.options.BinaryName`
      if (typeof binary !== 'string' || binary === '')
        return expected(name !== 'nvidia', binary, 'a path', path)
      const seen = seenTarget(facts, binary)
      return expected(
        seen !== undefined && seen.kind !== 'directory' && /[157]/.test(seen.mode.at(-3) ?? ''),
        seen === undefined ? `no file at ${binary}` : { binary, kind: seen.kind, mode: seen.mode },
        `an executable file at ${binary}`,
        path,
      )
    }),
  fix: 'Install the runtime, or correct BinaryName; runc of Amazon Linux is /usr/sbin/runc.',
})

export const cniDirectories = check({
  ...rule,
  id: 'containerd/cni-directories',
  title: 'containerd looks for CNI where the CNI plugin puts itself',
  severity: 'critical',
  controls: trace('KC-26'),
  verify: ({ spec, facts }) =>
    all(
      ...(['cniBinaries', 'cniConfig'] as const).map((name) => {
        const path = asSeen(facts, name)
        const meant = equal(path, asMeant(spec, name), where(facts, name))
        // The CNI plugin of the cluster makes the directory of its configuration itself.
        if (meant.status !== 'pass' || typeof path !== 'string' || name === 'cniConfig') return meant
        return seenTarget(facts, path)?.kind === 'directory'
          ? meant
          : fail(`no directory at ${path}`, `a directory at ${path}`, where(facts, name))
      }),
    ),
  fix: `aws-node writes /opt/cni/bin and /etc/cni/net.d. ${repair}`,
})

export const shims = check({
  ...rule,
  id: 'containerd/shims',
  title: 'The shim of every runtime is on the path of containerd',
  severity: 'critical',
  controls: trace('PR-A11', 'EN-14a', 'KC-34'),
  verify: ({ facts }) =>
    each(
      tables(asSeen(facts, 'runtimes')),
      'runtimes',
      where(facts, 'runtimes'),
      ([name, { runtime_type: type }]) => {
        const [, shim, version] = /^io\.containerd\.([a-z0-9-]+)\.(v\d+)$/.exec(String(type)) ?? []
        const file = `containerd-shim-${shim}-${version}`
        const found = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin'].find(
          (directory) => seenTarget(facts, `${directory}/${file}`) !== undefined,
        )
        return expected(
          found !== undefined,
          `no ${file}`,
          file,
          `${where(facts, 'runtimes')}.${name}.runtime_type`,
        )
      },
    ),
  fix: 'Install the shim: that of runc comes with the package of containerd, others with their runtimes.',
})
