import type { NodeSpec } from '../spec/node-spec.ts'
import { check } from './check.ts'
import { all } from './combine.ts'
import { at } from './cri.ts'
import { seenText } from './seen.ts'
import { trace } from './trace.ts'
import { contains, equal, fail, none, oneOf, pass } from './verdict.ts'

const releases: Readonly<
  Record<NodeSpec['image']['os'], { readonly ID: string; readonly VERSION_ID: string }>
> = {
  al2023: { ID: 'amzn', VERSION_ID: '2023' },
  debian13: { ID: 'debian', VERSION_ID: '13' },
}

export const distribution = check({
  id: 'os/release',
  title: 'The operating system is the one of the spec',
  phase: 'image',
  severity: 'critical',
  tags: ['node'],
  controls: trace('RD-01'),
  verify: ({ spec, facts }) => {
    const { ID, VERSION_ID } = facts.osRelease
    return equal({ ID, VERSION_ID }, releases[spec.image.os], '/etc/os-release')
  },
  fix: 'Build the image from the base that the spec names; Amazon Linux 2 is out of support.',
})

/** Lines that AL2023 ships for EKS: 6.1 up to Kubernetes 1.32, 6.12 and 6.18 after (amazon-eks-ami releases of 2026-07). */
const kernelLines = ['6.1', '6.12', '6.18']

export const kernelLine = check({
  id: 'os/kernel-line',
  title: 'The kernel is of a line that Amazon maintains for EKS',
  phase: 'boot',
  severity: 'high',
  tags: ['node'],
  controls: trace('RD-01'),
  needs: ['kernel'],
  applies: ({ image }) => image.os === 'al2023',
  unless: 'the operating system is not Amazon Linux 2023, whose kernel lines these are',
  verify: ({ facts }) => {
    const release = facts.uname.release
    return oneOf(/^\d+\.\d+/.exec(release)?.[0] ?? release, kernelLines, '`uname -r`')
  },
  fix: 'Install kernel6.12 or kernel6.18 of the Amazon Linux repositories when the image is built.',
})

export const architecture = check({
  id: 'os/architecture',
  title: 'The processor is of the architecture of the spec',
  phase: 'boot',
  severity: 'critical',
  tags: ['node'],
  controls: trace('RD-01', 'KC-14'),
  verify: ({ spec, facts }) =>
    equal(facts.uname.machine, spec.image.arch === 'arm64' ? 'aarch64' : spec.image.arch, '`uname -m`'),
  fix: 'Launch an instance type of the architecture of the AMI, or correct image.arch in the spec.',
})

const releaseFile = '/etc/eks/release'

export const buildMetadata = check({
  id: 'os/build-metadata',
  title: 'The image says what it was built from and when',
  phase: 'image',
  severity: 'low',
  tags: ['node'],
  controls: trace('PR-A33'),
  applies: ({ image }) => image.os === 'al2023',
  unless: 'the image is not built by amazon-eks-ami, which writes these lines',
  verify: ({ facts }) =>
    contains(
      Object.keys(facts.eksRelease ?? {}),
      ['BASE_AMI_ID', 'BUILD_TIME', 'BUILD_KERNEL', 'ARCH'],
      releaseFile,
    ),
  fix: 'Write /etc/eks/release at the end of the build: support asks for it first.',
})

export const buildKernel = check({
  id: 'os/build-kernel',
  title: 'The running kernel is the one that drivers were built for',
  phase: 'boot',
  severity: 'high',
  tags: ['node'],
  controls: trace('PR-A33'),
  needs: ['kernel'],
  applies: ({ image }) => image.os === 'al2023',
  unless: 'the image is not built by amazon-eks-ami, which records its kernel',
  verify: ({ facts }) =>
    equal(facts.uname.release, facts.eksRelease?.BUILD_KERNEL, '`uname -r` and BUILD_KERNEL'),
  fix: 'Lock the kernel package of the build, or reboot the builder into the new kernel before drivers are built.',
})

export const unifiedCgroups = check({
  id: 'os/cgroup-v2',
  title: 'The node has the unified cgroup hierarchy alone',
  phase: 'boot',
  severity: 'critical',
  tags: ['node'],
  controls: trace('RD-02'),
  needs: ['cgroup2'],
  verify: ({ facts }) => {
    const controllers = facts.mounts.filter(({ type }) => type === 'cgroup').map(({ path }) => path)
    const root = facts.mounts.findLast(({ path }) => path === '/sys/fs/cgroup')?.type
    return all(
      equal(root, 'cgroup2', '/sys/fs/cgroup'),
      none(controllers, 'no cgroup v1 controller', 'mounts'),
    )
  },
  fix: 'Remove systemd.unified_cgroup_hierarchy=0 and cgroup_enable from the kernel command line.',
})

export const noSwap = check({
  id: 'os/swap',
  title: 'No swap is in use that the kubelet was not told of',
  phase: 'boot',
  severity: 'high',
  tags: ['node'],
  controls: trace('PR-T2'),
  needs: ['kernel'],
  verify: ({ spec, facts }) => {
    const behavior = at(spec.join?.spec.kubelet?.config, ['memorySwap', 'swapBehavior'])
    return behavior === 'LimitedSwap'
      ? pass('LimitedSwap')
      : none(facts.memory.swaps, 'no swap', '/proc/swaps')
  },
  fix: 'Remove the swap from /etc/fstab and its units, or set memorySwap.swapBehavior and failSwapOn in the NodeConfig.',
})

export const noSwapOnDisk = check({
  id: 'os/swap-on-disk',
  title: 'No swap comes back at the next boot',
  phase: 'image',
  severity: 'high',
  tags: ['node'],
  controls: trace('PR-T2'),
  verify: ({ spec, facts }) => {
    const behavior = at(spec.join?.spec.kubelet?.config, ['memorySwap', 'swapBehavior'])
    if (behavior === 'LimitedSwap') return pass('LimitedSwap')
    const entries = (seenText(facts, '/etc/fstab') ?? '')
      .split('\n')
      .filter((line) => /^\s*[^#\s]\S*\s+\S+\s+swap\s/.test(line))
    return none(entries, 'no swap entry', '/etc/fstab')
  },
  fix: 'Remove the swap lines from /etc/fstab in the image.',
})

export const bpf = check({
  id: 'os/bpf',
  title: 'The BPF file system is mounted, so network policies survive a restart of their agent',
  phase: 'boot',
  severity: 'medium',
  tags: ['node'],
  controls: trace('RD-26'),
  needs: ['kernel'],
  verify: ({ facts }) => {
    const mount = facts.mounts.findLast(({ path }) => path === '/sys/fs/bpf')
    if (mount === undefined) return fail('not mounted', 'bpf, writable', '/sys/fs/bpf')
    return equal(
      { type: mount.type, writable: mount.options.includes('rw') },
      { type: 'bpf', writable: true },
      '/sys/fs/bpf',
    )
  },
  fix: 'Do not mask sys-fs-bpf.mount; systemd mounts it at boot.',
})
