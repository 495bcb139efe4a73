import { expect, test } from 'vitest'
import { parseToml } from '../../src/lib/toml.ts'
import { effectiveContainerd, originOf } from '../../src/render/effective-containerd.ts'
import { migrateContainerd } from '../../src/render/migrate-containerd.ts'

const main = '/etc/containerd/config.toml'
const load = (version: string, text: string, others: Readonly<Record<string, string>> = {}) =>
  effectiveContainerd(
    [{ path: main, text }, ...Object.entries(others).map(([path, other]) => ({ path, text: other }))],
    version,
  )
const images = ['plugins', 'io.containerd.cri.v1.images']

test('a value tells the file and the key it comes from, through migration too', () => {
  const cri = 'plugins."io.containerd.grpc.v1.cri"'
  const effective = load(
    '2.1.9',
    `version = 2\nimports = ["conf.d/*.toml"]\n[${cri}]\nsandbox_image = "main"\n[${cri}.containerd]\nsnapshotter = "native"\n[${cri}.containerd.runtimes]\n`,
    { '/etc/containerd/conf.d/10.toml': `version = 2\n[${cri}.cni]\nbin_dir = "/opt"\n` },
  )
  const old = ['plugins', 'io.containerd.grpc.v1.cri']
  expect(originOf(effective, [...images, 'pinned_images', 'sandbox'])).toEqual({
    file: main,
    path: [...old, 'sandbox_image'],
  })
  expect(originOf(effective, [...images, 'snapshotter'])).toEqual({
    file: main,
    path: [...old, 'containerd', 'snapshotter'],
  })
  expect(originOf(effective, ['plugins', 'io.containerd.cri.v1.runtime', 'cni', 'bin_dirs'])).toEqual({
    file: '/etc/containerd/conf.d/10.toml',
    path: [...old, 'cni', 'bin_dir'],
  })
  expect(originOf(effective, [...images, 'max_concurrent_downloads'])).toBeUndefined()
})

test('imports are relative to the file that imports, each file is read once, and a circle ends', () => {
  const effective = load('2.1.9', 'version = 3\nimports = ["a/one.toml"]\n', {
    '/etc/containerd/a/one.toml': 'imports = ["../two.toml", "../config.toml"]\noom_score = 1\n',
    '/etc/containerd/two.toml': 'imports = ["a/one.toml"]\noom_score = 2\n',
  })
  expect(effective).toMatchObject({ status: 'loaded', config: { oom_score: 2n }, warnings: [] })
})

test('a star stays within its directory, and files come in the order of their names', () => {
  const effective = load('2.1.9', 'version = 3\nimports = ["/c/*.toml"]\n', {
    '/c/9.toml': 'oom_score = 9\n',
    '/c/10.toml': 'oom_score = 10\n',
    '/c/deep/99.toml': 'oom_score = 99\n',
    '/c/99.conf': 'oom_score = 99\n',
    '/c/9.toml/99.toml': 'oom_score = 99\n',
  })
  expect(effective).toMatchObject({ config: { oom_score: 9n } })
})

test('an import that does not exist stops 1.x, and is a warning that 2.x will not start', () => {
  const text = 'version = 2\nimports = ["/nonexist/x.toml"]\n'
  expect(load('1.7.24', text)).toMatchObject({
    status: 'refused',
    reason: `${main} imports /nonexist/x.toml, which does not exist`,
  })
  expect(load('2.1.9', text)).toMatchObject({
    status: 'loaded',
    warnings: [{ code: 'import-absent', message: expect.stringContaining('will not start') }],
  })
})

test('plugin URIs in a file without version are ignored by 1.x, and told', () => {
  const text = '[plugins."io.containerd.grpc.v1.cri"]\nsandbox_image = "x"\n'
  expect(load('1.7.24', text)).toMatchObject({
    status: 'loaded',
    warnings: [{ code: 'wrong-version', logged: false }],
    config: { plugins: { 'io.containerd.grpc.v1.cri': { sandbox_image: 'registry.k8s.io/pause:3.8' } } },
  })
})

test('2.3 migrates each file, so that versions mix, but not upwards', () => {
  const third = `version = 3\nimports = ["/d.toml"]\n[plugins."io.containerd.cri.v1.images"]\nsnapshotter = "native"\n`
  const second = '[plugins."io.containerd.grpc.v1.cri"]\nsandbox_image = "x"\n'
  expect(load('2.3.0', third, { '/d.toml': `version = 2\n${second}` })).toMatchObject({
    status: 'loaded',
    version: 4,
    config: {
      plugins: { 'io.containerd.cri.v1.images': { snapshotter: 'native', pinned_images: { sandbox: 'x' } } },
    },
  })
  expect(
    load('2.3.0', `version = 2\nimports = ["/d.toml"]\n${second}`, { '/d.toml': 'version = 3\n' }),
  ).toMatchObject({
    status: 'refused',
    reason: `/d.toml: version 3 is higher than version 2 of ${main}`,
  })
})

test('a proxy snapshotter with the name of a built-in one keeps containerd from starting', () => {
  const text = 'version = 2\n[proxy_plugins.native]\ntype = "snapshot"\naddress = "/a"\n'
  for (const version of ['1.6.20', '1.7.24', '2.1.9'])
    expect(load(version, text)).toMatchObject({
      status: 'refused',
      reason: expect.stringContaining('proxy_plugins.native takes the name of a snapshotter'),
    })
})

test('version 4 has the servers as plugins', () => {
  const doc = parseToml(`version = 3
[grpc]
address = "/run/a.sock"
uid = 7
tcp_address = "127.0.0.1:1"
[debug]
address = "/run/debug.sock"
level = "info"
[metrics]
address = "127.0.0.1:2"
grpc_histogram = true
`)
  expect(migrateContainerd(doc, 4)).toEqual({
    lost: [],
    doc: {
      version: 4n,
      debug: { level: 'info' },
      plugins: {
        'io.containerd.server.v1.grpc': { address: '/run/a.sock', uid: 7n },
        'io.containerd.server.v1.grpc-tcp': { address: '127.0.0.1:1' },
        'io.containerd.server.v1.ttrpc': { address: '/run/a.sock.ttrpc' },
        'io.containerd.server.v1.debug': { address: '/run/debug.sock' },
        'io.containerd.server.v1.metrics': { address: '127.0.0.1:2' },
        'io.containerd.metrics.v1.grpc-prometheus': { grpc_histogram: true },
      },
    },
  })
})

test('there is no way back from a newer version', () => {
  expect(() => migrateContainerd(parseToml('version = 3'), 2)).toThrow(
    'it is version 3, and there is no way back to 2',
  )
})
