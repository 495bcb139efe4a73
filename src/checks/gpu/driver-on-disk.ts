import { all } from '../combine.ts'
import { trace } from '../trace.ts'
import { equal, expected, manual, none, pass } from '../verdict.ts'
import { ofNvidiaImage } from './claim.ts'
import { tables } from './tables.ts'

const archive = '/var/lib/dkms-archive'

const isDriver = (name: string): boolean =>
  /^(nvidia|libnvidia|kmod-nvidia)/.test(name) &&
  !/container|release|repo|fabric-?manager|imscore|nvlsm|xconfig|settings/.test(name)

export const installed = ofNvidiaImage({
  id: 'gpu-driver/installed',
  title:
    'The image holds the NVIDIA driver, as a module of its kernel or as an archive that the first boot installs',
  phase: 'image',
  severity: 'critical',
  controls: trace('EN-02', 'RD-18', 'RD-14b'),
  verify: ({ facts }) => {
    const { modinfo, archives, loaded } = facts.gpuDriver
    const found = modinfo.nvidia?.version ?? loaded?.version ?? Object.values(archives).flat()[0]
    return expected(found !== undefined, found, 'a module nvidia', `modinfo nvidia and ${archive}`)
  },
  fix: 'Install the driver when the image is built: dnf install of nvidia-open or the archive of amazon-eks-ami; then build again.',
})

export const packagesAgree = ofNvidiaImage({
  id: 'gpu-driver/packages',
  title: 'All packages of the NVIDIA driver have one version',
  phase: 'image',
  severity: 'high',
  controls: trace('EN-02', 'RD-18', 'RD-14b'),
  verify: ({ facts }) => {
    const found = facts.packages.filter(({ name }) => isDriver(name))
    if (found.length === 0)
      return manual('no package of the driver is installed: compare what its installer left by hand')
    const versions = Object.groupBy(found, ({ version }) => version.replace(/^\d+:/, '').replace(/-.*$/, ''))
    const names = Object.fromEntries(
      Object.entries(versions).map(([version, list = []]) => [version, list.map(({ name }) => name)]),
    )
    return expected(Object.keys(names).length === 1, names, 'one version', 'rpm -qa')
  },
  fix: 'Pin the version of every package of the driver, also libnvidia-* and kmod-nvidia-*.',
})

export const archives = ofNvidiaImage({
  id: 'gpu-driver/archives',
  title: 'The archives of kernel modules hold every flavour in one version',
  phase: 'image',
  severity: 'critical',
  verify: ({ facts, spec }) => {
    const { archives } = facts.gpuDriver
    const ours = Object.entries(archives).filter(([name]) => /^nvidia/.test(name))
    if (ours.length === 0) return pass('this image has no archives')
    const wanted =
      spec.image.arch === 'x86_64' ? ['nvidia', 'nvidia-open', 'nvidia-open-grid'] : ['nvidia', 'nvidia-open']
    const versions = new Set(
      ours.flatMap(([, files]) => files.map((file) => /\d+\.\d+(\.\d+)?/.exec(file)?.[0] ?? file)),
    )
    return all(
      none(
        wanted.filter((name) => !archives[name]?.length),
        `${wanted.join(', ')}`,
        archive,
      ),
      expected(versions.size === 1, [...versions], 'one version', archive),
    )
  },
  fix: 'Build the image again: the first boot chooses among these archives, and one that is missing leaves a family of instances without a driver.',
})

export const locked = ofNvidiaImage({
  id: 'gpu-driver/kernel-locked',
  title: 'An update cannot replace the kernel that the driver was built for',
  phase: 'image',
  severity: 'high',
  verify: ({ facts }) =>
    expected(
      facts.gpuDriver.versionlock.some((line) => /^kernel(6[\d.]*)?-(\d|\*)/.test(line)),
      facts.gpuDriver.versionlock,
      'a lock on kernel',
      '/etc/dnf/plugins/versionlock.list',
    ),
  fix: 'Run `dnf versionlock add kernel` when the image is built.',
})

export const openList = ofNvidiaImage({
  id: 'gpu-driver/open-list',
  title: 'The list of devices for the open modules names no GPU that only the proprietary ones can drive',
  phase: 'image',
  severity: 'high',
  verify: ({ facts }) => {
    const never = new Set(
      tables.models.filter(({ modules }) => modules === 'proprietary').flatMap(({ pci }) => pci),
    )
    return all(
      ...Object.entries(facts.gpuDriver.openSupported).map(([path, ids]) =>
        none(
          ids.filter((id) => never.has(id)),
          'Turing and newer',
          path,
        ),
      ),
    )
  },
  fix: 'Remove the ids from the list: the open modules need Turing or newer. The list of branch 595 is known to hold V100.',
})

export const dkms = ofNvidiaImage({
  id: 'gpu-driver/dkms',
  title: 'Every module that DKMS keeps is installed for the running kernel',
  severity: 'high',
  verify: ({ facts }) => {
    const { dkms = [], kernel } = facts.gpuDriver
    const wrong = dkms.filter(
      (one) => one.state !== 'installed' || (one.kernel !== '' && one.kernel !== kernel),
    )
    return none(
      wrong.map((one) => `${one.module} ${one.kernel} ${one.state}`),
      `installed for ${kernel}`,
      'dkms status',
    )
  },
  fix: 'Install kernel-devel of the running kernel, lock the kernel, and run `dkms autoinstall`.',
})

export const forThisKernel = ofNvidiaImage({
  id: 'gpu-driver/for-this-kernel',
  title: 'Modules of accelerators on disk are built for the running kernel',
  severity: 'critical',
  verify: ({ facts }) => {
    const { kernel, modinfo } = facts.gpuDriver
    return all(
      ...Object.entries(modinfo).map(([name, { vermagic = '' }]) =>
        equal(vermagic.split(' ')[0], kernel, `modinfo -F vermagic ${name}`),
      ),
    )
  },
  fix: 'Build the modules again for the kernel of the image, and lock that kernel.',
})

export const notice = ofNvidiaImage({
  id: 'gpu-driver/notice',
  title: 'Who logs in is told of the NVIDIA license',
  phase: 'image',
  severity: 'low',
  verify: ({ facts }) =>
    expected(
      facts.gpuDriver.motd.some((name) => /nvidia-eula/.test(name)),
      facts.gpuDriver.motd,
      '10-nvidia-eula',
      '/etc/update-motd.d',
    ),
  fix: 'Keep /etc/update-motd.d/10-nvidia-eula of amazon-eks-ami, which the redistribution of the driver asks for.',
})
