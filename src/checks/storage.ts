import { cannotShow } from '../facts/absent.ts'
import type { Facts } from '../facts/index.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { check, type Verdict } from './check.ts'
import { all, each } from './combine.ts'
import { trace } from './trace.ts'
import { equal, expected, fail } from './verdict.ts'

const mountOf = (facts: Facts, path: string) => facts.mounts.findLast((mount) => mount.path === path)

/** The mount that a path lies in: the longest mount point above it. */
const mountAbove = (facts: Facts, path: string) =>
  facts.mounts
    .filter((mount) => path === mount.path || path.startsWith(mount.path === '/' ? '/' : `${mount.path}/`))
    .toSorted((a, b) => a.path.length - b.path.length)
    .at(-1)

export const notOverlay = check({
  id: 'storage/containerd',
  title: 'The layers of containerd lie on a file system that overlayfs can stack on',
  phase: 'boot',
  severity: 'critical',
  tags: ['node'],
  controls: trace('RD-34', 'RD-03a', 'EN-12c'),
  verify: ({ facts }) => {
    const mount = mountAbove(facts, '/var/lib/containerd')
    return expected(
      mount !== undefined && ['ext4', 'xfs', 'btrfs', 'tmpfs'].includes(mount.type),
      mount?.type,
      'ext4, xfs or btrfs',
      `/var/lib/containerd, mounted at ${mount?.path}`,
    )
  },
  fix: 'Put /var/lib/containerd on a disk of its own or on the root volume: overlayfs does not stack on overlayfs.',
})

export const directoryTypes = check({
  id: 'storage/xfs-ftype',
  title: 'An xfs that holds image layers was made with ftype=1, which overlayfs needs',
  phase: 'boot',
  severity: 'critical',
  tags: ['node'],
  controls: trace('EN-12c'),
  verify: ({ facts }) =>
    each(
      facts.layerDisks,
      'disks of image layers',
      '/var/lib/containerd',
      ({ path, mountpoint, type, ftype }) => {
        if (type === 'xfs' && ftype === undefined)
          throw cannotShow(`the ftype of ${mountpoint}`, 'it has no xfs_info, or that said nothing')
        return expected(
          type !== 'xfs' || ftype === '1',
          type === 'xfs' ? `xfs with ftype=${ftype}` : type,
          'xfs with ftype=1',
          `${path}, mounted at ${mountpoint}: xfs_info`,
        )
      },
    ),
  fix: 'Make the file system again with `mkfs.xfs -n ftype=1`, the default since xfsprogs 3.2.3: without it deleted files come back in containers.',
})

export const writable = check({
  id: 'storage/writable',
  title: 'containerd and the kubelet can write where they keep their state',
  phase: 'boot',
  severity: 'critical',
  tags: ['node'],
  controls: trace('RD-34', 'PR-A21'),
  verify: ({ facts }) =>
    all(
      ...['/var/lib/containerd', '/var/lib/kubelet', '/var/log', '/etc/kubernetes'].map((path) =>
        equal(mountAbove(facts, path)?.options.includes('rw'), true, `${path}: mounted rw`),
      ),
    ),
  fix: 'Look in the kernel log why the file system became read-only; a full or failing volume is a frequent cause.',
})

export const executable = check({
  id: 'storage/executable',
  title: 'No mount option keeps containers from running what is in their layers',
  phase: 'boot',
  severity: 'critical',
  tags: ['node'],
  controls: trace('RD-34'),
  verify: ({ facts }) =>
    all(
      ...['/var/lib/containerd', '/var/lib/kubelet', '/opt/cni/bin'].map((path) => {
        const options = mountAbove(facts, path)?.options ?? []
        const harmful = options.filter(
          (option) =>
            ['noexec', 'nosuid', 'nodev'].includes(option) &&
            (option === 'noexec' || path === '/var/lib/containerd'),
        )
        return expected(
          harmful.length === 0,
          harmful,
          'none of noexec, nosuid, nodev',
          `${path}: mount options`,
        )
      }),
    ),
  fix: 'Remove noexec, nosuid and nodev from the mount: hardening guides ask for them on /var, and nodes do not work with them.',
})

const strategyOf = (spec: NodeSpec) => spec.join?.spec.instance?.localStorage?.strategy
const localStorage = {
  phase: 'join',
  applies: (spec: NodeSpec) => strategyOf(spec) !== undefined,
  unless: 'the spec gives the instance stores no use',
  needs: ['instance-store'],
  tags: ['node'],
} as const

export const instanceStores = check({
  ...localStorage,
  id: 'storage/instance-stores',
  title: 'The instance stores are mounted as the strategy of the spec says',
  severity: 'high',
  controls: trace('RD-33', 'EN-12b', 'RD-03a'),
  verify: ({ spec, facts }) => {
    const directory = spec.join?.spec.instance?.localStorage?.mountPath ?? '/mnt/k8s-disks'
    const path = strategyOf(spec) === 'Mount' ? `${directory}/1` : `${directory}/0`
    const mount = mountOf(facts, path)
    if (mount === undefined) return fail('not mounted', `xfs at ${path}`, path)
    const device = strategyOf(spec) === 'Mount' ? /nvme/ : /\/md/
    return all(
      equal(mount.type, 'xfs', `${path}: type`),
      expected(
        device.test(mount.source),
        mount.source,
        strategyOf(spec) === 'Mount' ? 'an NVMe device' : 'an md array',
        `${path}: device`,
      ),
    )
  },
  fix: 'Read `journalctl -b -u nodeadm-run`, which calls setup-local-disks; RAID10 needs at least four disks.',
})

export const boundMounts = check({
  ...localStorage,
  id: 'storage/bind-mounts',
  title: 'containerd, the kubelet and pod logs live on the instance stores, unless the spec says otherwise',
  severity: 'high',
  controls: trace('RD-34', 'RD-33'),
  applies: (spec) => ['RAID0', 'RAID10'].includes(strategyOf(spec) ?? ''),
  unless: 'the spec does not join the instance stores into an array',
  verify: ({ spec, facts }) => {
    const off = spec.join?.spec.instance?.localStorage?.disabledMounts ?? []
    const paths = [
      '/var/lib/kubelet',
      ...(off.includes('Containerd') ? [] : ['/var/lib/containerd']),
      ...(off.includes('PodLogs') ? [] : ['/var/log/pods']),
      ...(off.includes('SOCI') ? [] : ['/var/lib/soci-snapshotter-grpc']),
    ]
    return all(
      ...paths.map(
        (path): Verdict =>
          expected(
            /\/md/.test(mountOf(facts, path)?.source ?? ''),
            mountOf(facts, path)?.source,
            'the md array',
            path,
          ),
      ),
    )
  },
  fix: 'Read `journalctl -b -u nodeadm-run`; setup-local-disks stops what uses the directory, copies it and mounts the array over it.',
})
