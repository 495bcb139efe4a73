import { checksumAt } from '../facts/checksums.ts'
import type { Facts } from '../facts/index.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { check, type Verdict } from './check.ts'
import { all } from './combine.ts'
import { trace } from './trace.ts'
import { equal } from './verdict.ts'

const cniPlugins = '/opt/cni/bin/'
const kubelet = /\/kubelet$/

type Chosen = (path: string) => boolean
const pinned = ({ image }: NodeSpec, chosen: Chosen) =>
  Object.entries(image.checksums).filter(([path]) => chosen(path))

const judge = (spec: NodeSpec, facts: Facts, chosen: Chosen): Verdict =>
  all(
    ...pinned(spec, chosen).map(([path, sha256]) =>
      equal(checksumAt(facts.checksums, path), sha256, `sha256sum ${path}`),
    ),
  )

const about = (chosen: Chosen, what: string) =>
  ({
    phase: 'image',
    severity: 'critical',
    tags: ['node'],
    applies: (spec: NodeSpec) => pinned(spec, chosen).length > 0,
    unless: `image.checksums of the spec gives no sha256 of ${what}`,
    verify: ({ spec, facts }: { readonly spec: NodeSpec; readonly facts: Facts }) =>
      judge(spec, facts, chosen),
  }) as const

const isCni: Chosen = (path) => path.startsWith(cniPlugins)
const isKubelet: Chosen = (path) => kubelet.test(path)

export const kubeletChecksum = check({
  ...about(isKubelet, 'the kubelet'),
  id: 'kubelet-binary/checksum',
  title: 'The kubelet is, byte for byte, the one that its publisher released',
  controls: trace('PR-A22'),
  fix: 'Download the kubelet again and compare it with the .sha256 published beside it before it goes into the image; if the spec is old, correct image.checksums.',
})

export const cniChecksums = check({
  ...about(isCni, 'a CNI plugin'),
  id: 'cni/plugin-checksums',
  title: 'Every CNI plugin whose sha256 the spec gives is, byte for byte, the one that was released',
  controls: trace('PR-A29'),
  fix: 'Install the containernetworking plugins again from a release archive whose sha256 was verified; if the spec is old, correct image.checksums.',
})

export const otherChecksums = check({
  ...about((path) => !isCni(path) && !isKubelet(path), 'another program'),
  id: 'component/checksums',
  title: 'Every other program whose sha256 the spec gives is, byte for byte, the one that was released',
  controls: trace('PR-A22', 'PR-A29', 'PR-A32'),
  fix: 'Install the program again from a download whose checksum was verified, and find out who replaced it; if the spec is old, correct image.checksums.',
})
