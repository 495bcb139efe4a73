import { isSociOn, sociSocket } from '../render/soci.ts'
import { check } from './check.ts'
import { all } from './combine.ts'
import { at, criSetting } from './cri.ts'
import { containerdConfig } from './seen.ts'
import { settledKubelet } from './seen-kubelet.ts'
import { sociConfig } from './soci-config.ts'
import { trace } from './trace.ts'
import { unitCheck } from './unit-check.ts'
import { equal, expected, pass } from './verdict.ts'

const wanted = {
  phase: 'join',
  applies: isSociOn,
  unless: 'the spec does not turn FastImagePull on, or the instance has less than 4 CPUs or 7 GiB',
} as const

const rule = { ...wanted, tags: ['node'] } as const

export const notHalfOn = check({
  id: 'soci/not-half-on',
  title: 'Where the spec does not ask for SOCI, neither containerd nor the kubelet points at it',
  phase: 'join',
  severity: 'critical',
  tags: ['node'],
  controls: trace('RD-04', 'KC-17', 'KC-22'),
  applies: (spec) => !isSociOn(spec),
  unless: 'the spec asks for SOCI',
  verify: ({ facts }) => {
    const config = containerdConfig(facts)
    return all(
      expected(
        criSetting(config, 'snapshotter') !== 'soci',
        criSetting(config, 'snapshotter'),
        'not soci',
        '`containerd config dump`: snapshotter',
      ),
      expected(
        at(config, ['proxy_plugins', 'soci']) === undefined,
        at(config, ['proxy_plugins', 'soci']),
        'absent',
        '`containerd config dump`: proxy_plugins.soci',
      ),
      expected(
        !/soci/.test(String(at(settledKubelet(facts).config, ['imageServiceEndpoint']) ?? '')),
        at(settledKubelet(facts).config, ['imageServiceEndpoint']),
        'not the socket of SOCI',
        `imageServiceEndpoint, ${settledKubelet(facts).setBy(['imageServiceEndpoint'])}`,
      ),
    )
  },
  fix: 'Turn FastImagePull on in the NodeConfig, or remove what points at SOCI: half of it leaves a node that cannot pull.',
})

/** The three that go together: the snapshotter, the kubelet's image endpoint, and the keychain behind it. */
export const triple = check({
  ...rule,
  id: 'soci/consistent',
  title:
    'The snapshotter of containerd, the image endpoint of the kubelet and the keychain of SOCI go together',
  severity: 'critical',
  controls: trace('KC-17', 'KC-18', 'KC-22'),
  verify: ({ facts }) => {
    const config = containerdConfig(facts)
    const keychain = at(sociConfig(facts), ['cri_keychain', 'enable_keychain'])
    return all(
      equal(criSetting(config, 'snapshotter'), 'soci', '`containerd config dump`: snapshotter'),
      equal(
        criSetting(config, 'snapshotAnnotationsOff'),
        false,
        '`containerd config dump`: disable_snapshot_annotations',
      ),
      equal(
        at(settledKubelet(facts).config, ['imageServiceEndpoint']),
        `unix://${sociSocket}`,
        `imageServiceEndpoint, ${settledKubelet(facts).setBy(['imageServiceEndpoint'])}`,
      ),
      equal(keychain, true, '/etc/soci-snapshotter-grpc/config.toml: cri_keychain.enable_keychain'),
    )
  },
  fix: 'An endpoint without a keychain refuses every image request, a keychain without an endpoint every private pull: let nodeadm configure all of it with FastImagePull.',
})

export const proxy = check({
  ...rule,
  id: 'soci/proxy-plugin',
  title: 'containerd knows the SOCI snapshotter by its socket and by its root on disk',
  severity: 'critical',
  controls: trace('KC-27', 'KC-42'),
  verify: ({ facts }) => {
    const plugin = at(containerdConfig(facts), ['proxy_plugins', 'soci'])
    const where = '`containerd config dump`: proxy_plugins.soci'
    return all(
      equal(at(plugin, ['type']), 'snapshot', `${where}.type`),
      equal(at(plugin, ['address']), sociSocket, `${where}.address`),
      equal(at(plugin, ['exports', 'root']), '/var/lib/soci-snapshotter-grpc', `${where}.exports.root`),
    )
  },
  fix: 'Without exports.root the kubelet neither counts nor collects the layers of SOCI; containerd reads it from 1.7.16 on.',
})

export const listens = check({
  ...rule,
  id: 'soci/socket',
  title: 'The SOCI snapshotter listens where containerd and the kubelet dial it',
  severity: 'critical',
  controls: trace('KC-19', 'KC-27', 'KC-43'),
  verify: ({ facts }) => {
    const sockets = facts.sockets.flatMap((socket) => (socket.family === 'unix' ? [socket.path] : []))
    return expected(sockets.includes(sociSocket), 'nobody listens', sociSocket, '/proc/net/unix')
  },
  fix: 'Start soci-snapshotter.socket and soci-snapshotter.service: the service is down, which is not the same as an image without an index.',
})

export const service = unitCheck({
  ...wanted,
  id: 'soci/service',
  title: 'The SOCI snapshotter runs',
  severity: 'critical',
  controls: trace('KC-05', 'KC-19'),
  unit: 'soci-snapshotter.service',
  judge: ({ ActiveState, Type }) =>
    equal(
      { ActiveState, Type },
      { ActiveState: 'active', Type: 'notify' },
      'soci-snapshotter.service: ActiveState, Type',
    ),
  fix: 'Read `journalctl -b -u soci-snapshotter`: it is not restarted by itself, and a wrong value in its configuration ends it.',
})

export const socketEnabled = unitCheck({
  ...wanted,
  id: 'soci/socket-enabled',
  title: 'systemd listens for the SOCI snapshotter from boot on',
  severity: 'high',
  controls: trace('KC-19', 'KC-05'),
  unit: 'soci-snapshotter.socket',
  judge: ({ UnitFileState }) => equal(UnitFileState, 'enabled', 'soci-snapshotter.socket: UnitFileState'),
  fix: 'Run `systemctl enable soci-snapshotter.socket` when the image is built.',
})

export const decompressor = check({
  ...rule,
  id: 'soci/decompressor',
  title: 'The program that unpacks layers for SOCI is there',
  severity: 'critical',
  controls: trace('KC-04'),
  verify: ({ facts }) => {
    const path = at(sociConfig(facts), [
      'pull_modes',
      'parallel_pull_unpack',
      'decompress_streams',
      'gzip',
      'path',
    ])
    if (typeof path !== 'string') return pass('none configured')
    const there = Object.values(facts.programs).map((program) => program.path)
    return expected(
      there.includes(path),
      there,
      path,
      '/etc/soci-snapshotter-grpc/config.toml: decompress_streams.gzip.path',
    )
  },
  fix: 'Install pigz: the snapshotter does not start when the program that its configuration names is missing.',
})
