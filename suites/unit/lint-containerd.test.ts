import { expect, test } from 'vitest'
import { containerdTemplate } from '../../src/render/containerd-template.ts'
import { lintContainerd } from '../../src/render/lint-containerd.ts'
import { containerdRules } from '../../src/render/lint-containerd-rules.ts'

interface Case {
  readonly rule: keyof typeof containerdRules
  readonly on: string
  readonly text: string
  readonly at: readonly [line: number, column: number]
  readonly says: string
}

const cri = `[plugins."io.containerd.grpc.v1.cri".containerd`
const soci = `[proxy_plugins.soci]
type = "snapshot"
address = "/run/soci.sock"
`
const root = `[proxy_plugins.soci.exports]
root = "/var/lib/soci"
`

const cases: readonly Case[] = [
  {
    rule: 'containerd/syntax',
    on: '2.1.9',
    text: 'version = 3\nroot = \n',
    at: [2, 8],
    says: 'does not start',
  },
  {
    rule: 'containerd/duplicate-table',
    on: '2.1.9',
    text: `version = 3\n${soci}${soci}`,
    at: [5, 1],
    says: 'proxy_plugins.soci stands here a second time',
  },
  {
    rule: 'containerd/no-version',
    on: '1.7.28',
    text: `${cri}]\nsnapshotter = "native"\n`,
    at: [1, 1],
    says: 'in a file without version',
  },
  {
    rule: 'containerd/version-too-high',
    on: '1.7.28',
    text: 'root = "/r"\nversion = 3\n',
    at: [2, 1],
    says: 'version = 3 on containerd 1.7',
  },
  {
    rule: 'containerd/old-version',
    on: '2.1.9',
    text: 'root = "/r"\n[plugins.cri]\nsandbox_image = "x"\n',
    at: [2, 1],
    says: 'plugins.cri is a plugin name of version 1',
  },
  {
    rule: 'containerd/wrong-version-keys',
    on: '1.7.28',
    text: 'version = 2\n[plugins."io.containerd.cri.v1.images"]\nsnapshotter = "native"\n',
    at: [2, 1],
    says: "plugins.'io.containerd.cri.v1.images' is of version 3, the file of version 2",
  },
  {
    rule: 'containerd/lost-in-migration',
    on: '2.1.9',
    text: `version = 2\n${cri}]\nsnapshotter = "native"\n`,
    at: [3, 1],
    says: 'snapshotter without a runtimes table',
  },
  {
    rule: 'containerd/key-in-wrong-table',
    on: '1.7.28',
    text: 'version = 2\n[plugins."io.containerd.grpc.v1.cri".cni]\nbin_dir = "/opt/cni/bin"\n\n  snapshotter = "soci"\n',
    at: [5, 3],
    says: "belongs to plugins.'io.containerd.grpc.v1.cri'.containerd",
  },
  {
    rule: 'containerd/unknown-key',
    on: '2.1.9',
    text: 'version = 3\n[plugins."io.containerd.cri.v1.images"]\nmax_concurrent_download = 3\n',
    at: [3, 1],
    says: "plugins.'io.containerd.cri.v1.images'.max_concurrent_download is no key",
  },
  {
    rule: 'containerd/unknown-plugin',
    on: '2.1.9',
    text: 'version = 3\n[plugins."io.containerd.cri.v1.image"]\nsnapshotter = "native"\n',
    at: [2, 1],
    says: 'no plugin io.containerd.cri.v1.image',
  },
  {
    rule: 'containerd/wrong-type',
    on: '2.1.9',
    text: 'version = 3\noom_score = "low"\n',
    at: [2, 1],
    says: 'oom_score is a string, where containerd reads an integer',
  },
  {
    rule: 'containerd/integer-for-float',
    on: '1.7.28',
    text: 'version = 2\n[plugins."io.containerd.gc.v1.scheduler"]\npause_threshold = 1\n',
    at: [3, 1],
    says: 'does not start with 1 where it reads a float',
  },
  {
    rule: 'containerd/refused',
    on: '2.1.9',
    text: 'version = 3\ndisabled_plugins = ["cri"]\n',
    at: [2, 1],
    says: 'disabled_plugins names "cri"',
  },
  {
    rule: 'containerd/placeholder',
    on: '1.7.28',
    text: 'version = 2\n[plugins."io.containerd.grpc.v1.cri"]\nsandbox_image = "SANDBOX_IMAGE"\n',
    at: [3, 1],
    says: 'sandbox_image is "SANDBOX_IMAGE"',
  },
  {
    rule: 'containerd/snapshotter-without-plugin',
    on: '2.1.9',
    text: 'version = 3\n[plugins."io.containerd.cri.v1.images"]\nsnapshotter = "soci"\ndisable_snapshot_annotations = false\n',
    at: [3, 1],
    says: 'snapshotter = "soci" names no snapshotter',
  },
  {
    rule: 'containerd/proxy-without-root',
    on: '2.1.9',
    text: `version = 3\n${soci}`,
    at: [2, 1],
    says: 'proxy plugin soci has no exports.root',
  },
  {
    rule: 'containerd/exports-unread',
    on: '1.7.15',
    text: `version = 2\n${soci}${root}`,
    at: [5, 1],
    says: 'the exports of proxy plugin soci are not used',
  },
  {
    rule: 'containerd/no-snapshot-annotations',
    on: '2.1.9',
    text: `version = 3\n[plugins."io.containerd.cri.v1.images"]\nsnapshotter = "soci"\n${soci}${root}`,
    at: [3, 1],
    says: 'without disable_snapshot_annotations = false',
  },
  {
    rule: 'containerd/removed-runtime',
    on: '2.1.9',
    text: `version = 2\n${cri}.runtimes.nvidia]\nruntime_type = "io.containerd.runtime.v1.linux"\n`,
    at: [3, 1],
    says: 'runtime nvidia has runtime_type = "io.containerd.runtime.v1.linux"',
  },
  {
    rule: 'containerd/deprecated-runtime',
    on: '1.7.28',
    text: `version = 2\n${cri}.runtimes.nvidia]\nruntime_type = "io.containerd.runtime.v1.linux"\n`,
    at: [3, 1],
    says: 'SystemdCgroup has no effect',
  },
  {
    rule: 'containerd/cgroup-driver',
    on: '1.7.28',
    text: `version = 2\n${cri}.runtimes.runc]\nruntime_type = "io.containerd.runc.v2"\n`,
    at: [2, 1],
    says: 'the default runtime runc has no SystemdCgroup',
  },
  {
    rule: 'containerd/no-default-runtime',
    on: '2.1.9',
    text: `version = 2\n${cri}]\ndefault_runtime_name = "nvidia"\n${cri}.runtimes.runc]\nruntime_type = "io.containerd.runc.v2"\n`,
    at: [3, 1],
    says: 'the default runtime nvidia is not among the runtimes',
  },
  {
    rule: 'containerd/registry-conflict',
    on: '2.1.9',
    text: 'version = 3\n[plugins."io.containerd.cri.v1.images".registry]\nconfig_path = "/c"\n[plugins."io.containerd.cri.v1.images".registry.mirrors."docker.io"]\nendpoint = ["https://m"]\n',
    at: [4, 1],
    says: 'registry.mirrors beside registry.config_path',
  },
  {
    rule: 'containerd/drop-ins-replace',
    on: '1.7.28',
    text: 'version = 2\nimports = ["/etc/containerd/config.d/*.toml"]\n',
    at: [2, 1],
    says: 'replaces the whole section',
  },
]

test.for(cases)('$rule is found on $on, where it stands', ({ rule, on, text, at: [line, column], says }) => {
  const found = lintContainerd(text, on).find((finding) => finding.rule === rule)
  expect(found).toMatchObject({ line, column, severity: containerdRules[rule].severity })
  expect(found?.message).toContain(says)
  expect(found?.fix).not.toBe('')
})

test('every rule has a case, and every rule tells its source', () => {
  expect(cases.map(({ rule }) => rule).sort()).toEqual(Object.keys(containerdRules).sort())
  expect(Object.values(containerdRules).filter(({ source }) => source.length === 0)).toEqual([])
})

const values = {
  sandboxImage: 'localhost/kubernetes/pause:latest',
  enableCdi: true,
  runtime: { name: 'runc', binary: '/usr/sbin/runc' },
}

test.for([
  ['1.7.28', 2, true],
  ['1.7.28', 2, false],
  ['2.2.1', 3, true],
  ['2.2.1', 2, true],
  ['2.3.0', 3, false],
] as const)('what we render ourselves has no finding: %s, version %i, SOCI %s', ([on, version, isSoci]) => {
  expect(lintContainerd(containerdTemplate(version, { ...values, soci: isSoci }), on)).toEqual([])
})

const gpuScript = `
root = "/var/lib/containerd"
state = "/run/containerd"

[grpc]
address = "/run/containerd/containerd.sock"

[plugins.cri]
sandbox_image = "SANDBOX_IMAGE"

[plugins.cri.containerd.runtimes.nvidia]
runtime_type = "io.containerd.runtime.v1.linux"

[plugins.cri.containerd.runtimes.nvidia.options]
Runtime = "/etc/docker-runtimes.d/nvidia"
SystemdCgroup = true

[plugins.cri.containerd]
default_runtime_name = "nvidia"
snapshotter = "soci"
disable_snapshot_annotations = false

${soci}`

test('the whole of a GPU script of old is understood', () => {
  const on = (version: string) =>
    lintContainerd(gpuScript, version).map(({ rule, line }) => `${rule}:${line}`)
  expect(on('2.1.9')).toEqual([
    'containerd/old-version:8',
    'containerd/placeholder:9',
    'containerd/removed-runtime:12',
    'containerd/proxy-without-root:23',
  ])
  expect(on('1.7.28')).toEqual([
    'containerd/placeholder:9',
    'containerd/deprecated-runtime:12',
    'containerd/proxy-without-root:23',
  ])
})

test('a file without version and with keys of version 3 works on 2.x, and is told to say so', () => {
  const text = '[plugins."io.containerd.cri.v1.images"]\nsnapshotter = "native"\n'
  expect(lintContainerd(text, '2.1.9')).toMatchObject([
    { rule: 'containerd/no-version', severity: 'warning' },
  ])
  expect(lintContainerd(text, '1.7.28')).toMatchObject([{ rule: 'containerd/no-version', severity: 'error' }])
})

test('a key of another version is reported as that, and not as unknown too', () => {
  const text = 'version = 3\n[plugins."io.containerd.grpc.v1.cri"]\nsandbox_image = "x"\n'
  expect(lintContainerd(text, '2.1.9').map(({ rule }) => rule)).toEqual(['containerd/wrong-version-keys'])
})

test('only the default runtime must use the cgroup driver of the kubelet', () => {
  const runtime = (name: string, rest: string) =>
    `${cri}.runtimes.${name}]\nruntime_type = "io.containerd.runc.v2"\n${rest}`
  const options = `${cri}.runtimes.runc.options]\nSystemdCgroup = true\n`
  expect(lintContainerd(`version = 2\n${runtime('runc', options)}${runtime('kata', '')}`, '1.7.28')).toEqual(
    [],
  )
})
