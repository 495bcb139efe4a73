import { expect, test } from 'vitest'
import { parseToml } from '../../src/lib/toml.ts'
import { renderContainerd } from '../../src/render/containerd.ts'
import { wasmRuntimes } from '../../src/render/runtime-wasm.ts'
import { parseNodeSpec } from '../../src/spec/parse-node-spec.ts'

const configFor = (containerd: string, config: string, compat?: 'nodeadm'): string => {
  const spec = parseNodeSpec({
    schema: 1,
    image: { os: 'al2023', arch: 'x86_64', kubernetes: '1.35.2', containerd },
    join: {
      apiVersion: 'node.eks.aws/v1alpha1',
      kind: 'NodeConfig',
      spec: {
        cluster: { name: 'c', apiServerEndpoint: 'https://e', certificateAuthority: '', cidr: '10.0.0.0/16' },
        containerd: { config },
      },
    },
  })
  const files = renderContainerd(spec, compat ? { compat } : {})
  return files.find(({ path }) => path === '/etc/containerd/config.toml')?.text ?? ''
}
const sandbox = 'localhost/kubernetes/pause:latest'

test('version = 3 without a plugin name keeps every EKS setting, where nodeadm loses them', () => {
  const user = 'version = 3\n[debug]\nlevel = "debug"\n'
  expect(parseToml(configFor('2.1.9', user))).toMatchObject({
    version: 3n,
    debug: { level: 'debug' },
    plugins: { 'io.containerd.cri.v1.images': { pinned_images: { sandbox } } },
  })
  expect(parseToml(configFor('2.1.9', user, 'nodeadm'))).toMatchObject({
    version: 3n,
    plugins: { 'io.containerd.grpc.v1.cri': { sandbox_image: sandbox } },
  })
})

test('version 2 settings of a user arrive in version 3', () => {
  const user = `[plugins."io.containerd.grpc.v1.cri"]
max_concurrent_downloads = 10
[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "native"
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/opt/other"
`
  expect(parseToml(configFor('2.2.1', user))).toMatchObject({
    version: 3n,
    plugins: {
      'io.containerd.cri.v1.images': {
        max_concurrent_downloads: 10n,
        snapshotter: 'native',
        pinned_images: { sandbox },
      },
      'io.containerd.cri.v1.runtime': { cni: { bin_dirs: ['/opt/other'] } },
    },
  })
})

test('version 1 of a GPU script arrives with a runtime that containerd 2 has', () => {
  const user = `[plugins.cri.containerd]
default_runtime_name = "nvidia"
[plugins.cri.containerd.runtimes.nvidia]
runtime_engine = ""
runtime_type = "io.containerd.runtime.v1.linux"
[plugins.cri.containerd.runtimes.nvidia.options]
Runtime = "/usr/bin/nvidia-container-runtime"
SystemdCgroup = true
`
  const runtime = { containerd: { default_runtime_name: 'nvidia', runtimes: { nvidia: {} } } }
  const config = parseToml(configFor('2.2.1', user))
  expect(config).toMatchObject({ plugins: { 'io.containerd.cri.v1.runtime': runtime } })
  expect(config).toHaveProperty(
    ['plugins', 'io.containerd.cri.v1.runtime', 'containerd', 'runtimes', 'nvidia'],
    {
      runtime_type: 'io.containerd.runc.v2',
      options: { BinaryName: '/usr/bin/nvidia-container-runtime', SystemdCgroup: true },
    },
  )
})

test('integers stay integers and floats floats', () => {
  const text = configFor(
    '1.7.28',
    '[plugins."io.containerd.gc.v1.scheduler"]\npause_threshold = 1.0\nmutation_threshold = 10000\n',
  )
  expect(text).toContain('pause_threshold = 1.0\n')
  expect(text).toContain('mutation_threshold = 10000\n')
})

test('only comments are no configuration', () => {
  expect(configFor('2.2.1', '# io.containerd.cri.v1.images\n')).toBe(configFor('2.2.1', ''))
})

test('a version 4 document is for containerd 2.3', () => {
  const user = 'version = 4\n[plugins."io.containerd.server.v1.grpc"]\naddress = "/run/other.sock"\n'
  expect(parseToml(configFor('2.3.0', user))).toMatchObject({
    version: 4n,
    plugins: {
      'io.containerd.server.v1.grpc': { address: '/run/other.sock' },
      'io.containerd.cri.v1.images': { pinned_images: { sandbox } },
    },
  })
  expect(() => configFor('2.2.1', user)).toThrow(
    "it is version 4, and containerd 2.2.1 reads up to version 3, so that plugins.'io.containerd.server.v1.grpc' would be lost",
  )
})

const refused: readonly (readonly [why: string, containerd: string, user: string, sentence: string])[] = [
  [
    'a version that contradicts its keys',
    '2.1.9',
    'version = 3\n[plugins."io.containerd.grpc.v1.cri"]\nsandbox_image = "x"\n',
    "it says version = 3, and containerd would lose plugins.'io.containerd.grpc.v1.cri'.sandbox_image, which version 2 has; set version = 2",
  ],
  [
    'version 2 above a key of version 3',
    '2.1.9',
    'version = 2\n[plugins."io.containerd.cri.v1.images"]\nsnapshotter = "soci"\n',
    "containerd would lose plugins.'io.containerd.cri.v1.images', which version 3 has; set version = 3",
  ],
  [
    'keys of two versions',
    '2.1.9',
    '[plugins."io.containerd.cri.v1.images"]\nsnapshotter = "x"\n[plugins."io.containerd.grpc.v1.cri".cni]\nbin_dir = "/x"\n',
    "belongs to version 3 and plugins.'io.containerd.grpc.v1.cri'.cni to version 2",
  ],
  [
    'version 3 for containerd 1.7',
    '1.7.28',
    '[plugins."io.containerd.cri.v1.images"]\nsnapshotter = "x"\n',
    "it is version 3, and containerd 1.7.28 reads up to version 2, so that plugins.'io.containerd.cri.v1.images' would be lost",
  ],
  [
    'a setting that containerd 2 has not',
    '2.1.9',
    '[plugins."io.containerd.grpc.v1.cri".containerd]\nno_pivot = true\n',
    "plugins.'io.containerd.grpc.v1.cri'.containerd.no_pivot would be lost in version 3: containerd 2 has no such setting",
  ],
  ['a version there is not', '2.1.9', 'version = "2"\n', 'version = "2" is none of 1, 2, 3 and 4'],
  [
    'a scalar where a table is',
    '2.1.9',
    'grpc = "oops"\n',
    'grpc is a string, where containerd reads a table',
  ],
  [
    'an integer where containerd 1.7 wants a float',
    '1.7.28',
    '[plugins."io.containerd.gc.v1.scheduler"]\npause_threshold = 1\n',
    "plugins.'io.containerd.gc.v1.scheduler'.pause_threshold is an integer, where containerd 1.7 reads a float",
  ],
]

test.for(refused)('%s is refused in a sentence', ([, containerd, user, sentence]) => {
  expect(() => configFor(containerd, user)).toThrow(sentence)
})

test('WebAssembly runtimes stand beside runc, in either version', () => {
  const names = (containerd: string, plugin: string): unknown => {
    const config = parseToml(configFor(containerd, wasmRuntimes(['spin', 'wasmtime'], containerd)))
    const runtimes = Object(config.plugins)[plugin].containerd.runtimes
    return Object.keys(runtimes).map((name) => [name, runtimes[name].runtime_type])
  }
  const expected = [
    ['runc', 'io.containerd.runc.v2'],
    ['spin', 'io.containerd.spin.v2'],
    ['wasmtime', 'io.containerd.wasmtime.v1'],
  ]
  expect(names('1.7.28', 'io.containerd.grpc.v1.cri')).toEqual(expected)
  expect(names('2.2.1', 'io.containerd.cri.v1.runtime')).toEqual(expected)
})
