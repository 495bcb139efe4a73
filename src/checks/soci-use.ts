import type { Facts } from '../facts/index.ts'
import { isSociOn } from '../render/soci.ts'
import { check } from './check.ts'
import { unitOf } from './seen.ts'
import { indexVersions, isLazy, sociConfigPath } from './soci-config.ts'
import { trace } from './trace.ts'
import { expected, fail, pass } from './verdict.ts'

const rule = {
  phase: 'join',
  severity: 'high',
  tags: ['node'],
  applies: isSociOn,
  unless: 'the spec does not turn FastImagePull on, or the instance has less than 4 CPUs or 7 GiB',
} as const

/** A sentence when the service is down; then nothing else about pulls means anything. */
const serviceDown = (facts: Facts): string | undefined => {
  const unit = unitOf(facts, 'soci-snapshotter.service')
  if (unit === undefined) return 'the service is down: soci-snapshotter.service is not installed'
  const { ActiveState, SubState } = unit
  return ActiveState === 'active'
    ? undefined
    : `the service is down: soci-snapshotter.service is ${ActiveState} (${SubState})`
}

/** What proves that pulls go through SOCI, whichever its mode: its own snapshots, and none in overlayfs. */
export const used = check({
  ...rule,
  id: 'soci/used',
  title: 'Images are really unpacked by SOCI and not by overlayfs',
  controls: trace('KC-42', 'KC-43', 'KC-44'),
  verify: ({ facts }) => {
    const { soci = 0, overlayfs = 0 } = facts.snapshots
    if (soci > 0) return pass({ soci, overlayfs })
    const why = serviceDown(facts) ?? 'the service runs, and no image was pulled through it'
    return fail(
      { why, snapshots: { soci, overlayfs } },
      'snapshots in soci',
      '`ctr -n k8s.io snapshots --snapshotter soci ls`',
    )
  },
  fix: 'When the service is down, read `journalctl -b -u soci-snapshotter`. When it runs, the images were pulled before containerd was told of it: import /etc/eks/pause.tar with --snapshotter soci and pull the others again.',
})

/** How a layer that is loaded when it is read is mounted (soci-snapshotter, fs/fs.go). */
const fuseType = 'fuse.rawBridge'
/** What the snapshotter logs when an image has no index that it looks for (soci-snapshotter, docs/debug.md). */
const noIndex = /deferring to container runtime|no valid SOCI index found/

/** Why nothing is mounted by FUSE although SOCI is to load lazily; each cause has another repair. */
const whyNotLazy = (facts: Facts): string => {
  const { v1, v2 } = indexVersions(facts)
  if (!v1 && !v2) return `both versions of the index are off in ${sociConfigPath}`
  const off = v1
    ? v2
      ? ''
      : ' of v1, the only version that it looks for'
    : ' of v2; v1 is disabled, the default since 0.10'
  const { soci = 0 } = facts.snapshots
  if (facts.journalSoci.entries.some(({ message }) => noIndex.test(message)))
    return `an image without an index${off}: it was unpacked whole`
  return soci === 0
    ? 'no image was pulled through SOCI yet'
    : `no image has an index${off}, or its layers are smaller than the index covers`
}

export const lazily = check({
  ...rule,
  id: 'soci/loads-lazily',
  title: 'Where SOCI is to load layers when they are read, it mounts some by FUSE',
  controls: trace('KC-40', 'KC-42', 'KC-43'),
  verify: ({ facts }) => {
    if (!isLazy(facts))
      return pass('parallel mode: layers are unpacked whole, and no FUSE mount is ever to be seen')
    const down = serviceDown(facts)
    if (down !== undefined) return fail(down, 'active', 'soci-snapshotter.service')
    const mounted = facts.mounts.filter(({ type }) => type === fuseType).length
    return mounted > 0
      ? pass(`${mounted} layers mounted by FUSE`)
      : fail(whyNotLazy(facts), `a mount of type ${fuseType}`, '/proc/1/mountinfo')
  },
  fix: 'Build an index with `soci convert` and push the image again, or turn on the version of the index that it has: pull_modes.soci_v1.enable or soci_v2.enable. Where whole images are meant, enable parallel_pull_unpack. Each cause is explained in https://github.com/awslabs/soci-snapshotter/blob/main/docs/debug.md.',
})

export const fuse = check({
  ...rule,
  id: 'soci/fuse',
  title: 'Lazy loading has the FUSE device that it mounts through',
  controls: trace('KC-02', 'KC-42', 'KC-43'),
  verify: ({ facts }) =>
    isLazy(facts)
      ? expected(facts.surroundings.hasFuse, '/dev/fuse is absent', '/dev/fuse', '/dev/fuse')
      : pass('parallel mode mounts nothing by FUSE'),
  fix: 'Load the module fuse at boot and install fuse3; in parallel mode no FUSE mount is ever to be seen.',
})
