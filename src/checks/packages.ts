import { parseVersion } from '../lib/versions.ts'
import { check } from './check.ts'
import { all } from './combine.ts'
import { isLegacy } from './legacy-components.ts'
import { seenTarget } from './seen.ts'
import { trace } from './trace.ts'
import { equal, expected, fail, none } from './verdict.ts'
import { satisfies } from './version-range.ts'

export const whole = check({
  id: 'package/whole',
  title: 'Every package is installed whole',
  phase: 'image',
  severity: 'medium',
  tags: ['node'],
  controls: trace('RD-20'),
  verify: ({ facts }) =>
    none(
      facts.packages
        .filter(
          ({ status }) => status !== undefined && !/^[ihu](i|c)?$/.test(status) && !/^[hi]i$/.test(status),
        )
        .map(({ name, status }) => `${name} (${status})`),
      'nothing half installed',
      'the package database',
    ),
  fix: 'Run `dpkg --configure -a` or install the package again when the image is built.',
})

export const noDocker = check({
  id: 'package/no-docker',
  title: 'No package of Docker is installed',
  phase: 'image',
  severity: 'medium',
  tags: ['node'],
  controls: trace('RD-03'),
  verify: ({ facts }) =>
    none(
      facts.packages
        .filter(({ name }) => /^(docker(-ce|\.io)?|moby-engine|cri-dockerd)$/.test(name))
        .map(({ name }) => name),
      'none of them',
      'the package database',
    ),
  fix: 'Remove the package from the image; its containerd configuration also disables the CRI.',
})

export const containerdIsPackaged = check({
  id: 'package/containerd',
  title: 'The containerd that runs is the one of its package',
  phase: 'image',
  severity: 'high',
  tags: ['node'],
  controls: trace('PR-A11', 'KC-15', 'RD-14a'),
  verify: ({ facts }) => {
    const packaged = facts.packages.find(({ name }) => /^containerd(\.io)?$/.test(name))
    if (packaged === undefined) return fail('no package', 'containerd as a package', 'the package database')
    const core = (text: string | undefined) => /\d+\.\d+\.\d+/.exec(text ?? '')?.[0]
    return equal(
      core(facts.containerdVersion),
      core(packaged.version),
      '`containerd --version` and its package',
    )
  },
  fix: 'Remove the copy that shadows the package, or install the package again: only packages get security updates.',
})

/** Programs that the image must have, with the oldest version without a known escape; the spec can ask for more. */
const floor: Readonly<Record<string, string>> = {
  // CVE-2024-21626, CVE-2024-45310 (runc 1.1.12 and 1.1.14).
  runc: '>=1.1.14',
}

const numberIn = (answer: string | undefined): string | undefined =>
  /v?(\d+\.\d+(?:\.\d+)?(?:[-+~]\S*)?)/.exec(answer ?? '')?.[1]

export const components = check({
  id: 'component/versions',
  title: 'Every component has a version that the spec allows',
  phase: 'image',
  severity: 'high',
  tags: ['node'],
  controls: trace('RD-14a', 'PR-A10', 'PR-A03', 'PR-A29', 'RD-07', 'RD-08', 'PR-A01', 'KC-03'),
  verify: ({ spec, facts }) => {
    const wanted = { ...floor, ...spec.image.components }
    return all(
      ...Object.entries(wanted)
        .filter(([name]) => !isLegacy(name))
        .map(([name, range]) => {
          const program = facts.programs[name]
          const packaged = facts.packages.find((one) => one.name === name)
          const version = numberIn(program?.version) ?? numberIn(packaged?.version)
          if (program === undefined && packaged === undefined) return fail('not installed', range, name)
          if (range === '*') return expected(true, version, range, name)
          return expected(
            version !== undefined && parseVersion(version) !== undefined && satisfies(version, range),
            version,
            range,
            name,
          )
        }),
    )
  },
  fix: 'Install a version in the range when the image is built, or correct image.components in the spec.',
})

export const kubeletBinary = check({
  id: 'kubelet-binary/present',
  title: 'The kubelet is where its unit starts it',
  phase: 'image',
  severity: 'critical',
  tags: ['node'],
  controls: trace('PR-A22'),
  applies: ({ image }) => image.os === 'al2023',
  unless: 'only images on Amazon Linux 2023 carry the kubelet of EKS',
  verify: ({ facts }) => {
    const seen = seenTarget(facts, '/usr/bin/kubelet')
    return equal(
      seen && { kind: seen.kind, mode: seen.mode, owner: seen.owner },
      { kind: 'file', mode: '0755', owner: 'root:root' },
      '/usr/bin/kubelet',
    )
  },
  fix: 'Install the kubelet into /usr/bin with mode 0755, after its sha256 was compared with the published one.',
})

export const kubeletVersion = check({
  id: 'kubelet-binary/version',
  title: 'The kubelet is of the version of the spec',
  phase: 'image',
  severity: 'critical',
  tags: ['node'],
  controls: trace('RD-O2', 'PR-A22'),
  needs: ['kubelet'],
  verify: ({ spec, facts }) => {
    const version = /v(\d+\.\d+\.\d+)/.exec(facts.kubeletVersion ?? '')?.[1]
    return expected(
      `${version}.`.startsWith(`${spec.image.kubernetes}.`),
      facts.kubeletVersion,
      spec.image.kubernetes,
      '`kubelet --version`',
    )
  },
  fix: 'Install the kubelet of the spec, or correct image.kubernetes.',
})
