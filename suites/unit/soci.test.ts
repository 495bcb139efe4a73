import { expect, test } from 'vitest'
import { parseToml } from '../../src/lib/toml.ts'
import { combineStrictly } from '../../src/render/containerd-strict.ts'
import { effectiveContainerd } from '../../src/render/effective-containerd.ts'
import { lintContainerd } from '../../src/render/lint-containerd.ts'
import { sociTransferConfig } from '../../src/render/soci-transfer.ts'
import { sociContainerdConfig } from '../../src/render/user-data-soci.ts'

const values = {
  sandboxImage: 'localhost/kubernetes/pause:latest',
  enableCdi: true,
  runtime: { name: 'runc', binary: '/usr/sbin/runc' },
  soci: false,
}

test.for(['1.7.28', '2.2.4'])(
  'SOCI by hand and SOCI by nodeadm are one configuration on containerd %s',
  (version) => {
    const byHand = combineStrictly(version, values, sociContainerdConfig(version))
    expect(parseToml(byHand)).toEqual(parseToml(combineStrictly(version, { ...values, soci: true }, '')))
    expect(lintContainerd(byHand, version)).toEqual([])
  },
)

test('the transfer service gets the snapshotter and the annotations its own way', () => {
  const text = sociTransferConfig('2.1.9')
  expect(lintContainerd(text, '2.1.9')).toEqual([])
  expect(effectiveContainerd([{ path: '/etc/containerd/config.toml', text }], '2.1.9')).toMatchObject({
    status: 'loaded',
    warnings: [],
    config: {
      plugins: {
        'io.containerd.cri.v1.images': { snapshotter: 'soci', discard_unpacked_layers: false },
        'io.containerd.transfer.v1.local': { unpack_config: [{ platform: 'linux', snapshotter: 'soci' }] },
      },
      proxy_plugins: { soci: { exports: { enable_remote_snapshot_annotations: 'true' } } },
    },
  })
})

test('before containerd 2.1 there is no transfer service to pull', () => {
  expect(() => sociTransferConfig('2.0.5')).toThrow('it needs 2.1 or later')
})
