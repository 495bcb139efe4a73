import type { Facts } from '../facts/index.ts'
import { eksImages } from '../render/eks-images.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { check } from './check.ts'
import { all } from './combine.ts'
import { trace } from './trace.ts'
import { expected, fail } from './verdict.ts'

const ofKubernetes = (facts: Facts) =>
  facts.containerdImages.filter(({ namespace }) => namespace === 'k8s.io')
const list = '`ctr -n k8s.io images ls`'
/** What the spec lists, and what EKS publishes for the region that it names. */
const meantImages = ({
  image: { cachedImages, eksImages: eks, kubernetes, fips },
}: NodeSpec): readonly string[] => [
  ...new Set([...cachedImages, ...(eks ? eksImages({ ...eks, kubernetes, fips }) : [])]),
]

const platforms: Readonly<Record<string, string>> = { x86_64: 'linux/amd64', arm64: 'linux/arm64' }

export const sandbox = check({
  id: 'image/sandbox-cached',
  title: 'The sandbox image is on the node before the first pod',
  phase: 'boot',
  severity: 'critical',
  tags: ['node'],
  controls: trace('EN-17', 'PR-A19', 'PR-A16'),
  verify: ({ spec, facts }) => {
    const refs = ofKubernetes(facts).map(({ ref }) => ref)
    return expected(refs.includes(spec.image.sandboxImage), refs, spec.image.sandboxImage, list)
  },
  fix: 'Import the sandbox image into the namespace k8s.io when the image is built; images in other namespaces are not seen by the kubelet.',
})

export const sandboxPinned = check({
  id: 'image/sandbox-pinned',
  title: 'The sandbox image is safe from garbage collection',
  phase: 'boot',
  severity: 'high',
  tags: ['node'],
  controls: trace('EN-17', 'EN-16b', 'PR-A18'),
  verify: ({ spec, facts }) => {
    const image = ofKubernetes(facts).find(({ ref }) => ref === spec.image.sandboxImage)
    const label = image?.labels['io.cri-containerd.pinned']
    return expected(
      label === 'pinned',
      label,
      'io.cri-containerd.pinned=pinned',
      `${list}: ${spec.image.sandboxImage}`,
    )
  },
  fix: 'Label the image: ctr -n k8s.io images label REF io.cri-containerd.pinned=pinned.',
})

export const sandboxPlatform = check({
  id: 'image/sandbox-platform',
  title: 'The sandbox image runs on the processor of the node',
  phase: 'boot',
  severity: 'critical',
  tags: ['node'],
  controls: trace('EN-17', 'KC-14'),
  verify: ({ spec, facts }) => {
    const image = ofKubernetes(facts).find(({ ref }) => ref === spec.image.sandboxImage)
    const wanted = platforms[spec.image.arch] ?? ''
    return image === undefined
      ? fail('absent', wanted, `${list}: ${spec.image.sandboxImage}`)
      : expected(
          image.platforms.includes(wanted),
          image.platforms,
          wanted,
          `${list}: ${spec.image.sandboxImage}`,
        )
  },
  fix: 'Pull the image for the platform of the AMI: ctr -n k8s.io images pull --platform.',
})

export const cached = check({
  id: 'image/cached-set',
  title: 'Every image that the spec asks for is cached, so the first pods pull nothing',
  phase: 'boot',
  severity: 'high',
  tags: ['node'],
  controls: trace('EN-01', 'PR-A16', 'PR-A20'),
  applies: ({ image }) => image.cachedImages.length > 0 || image.eksImages !== undefined,
  unless: 'the spec asks for no cached images besides the sandbox image',
  verify: ({ spec, facts }) => {
    const refs = ofKubernetes(facts).map(({ ref }) => ref)
    return all(...meantImages(spec).map((ref) => expected(refs.includes(ref), refs, ref, `${list}: ${ref}`)))
  },
  fix: 'Pull the missing images into the namespace k8s.io when the image is built.',
})

export const nothingElse = check({
  id: 'image/no-others',
  title: 'No image waits on the node that the spec does not know',
  phase: 'image',
  severity: 'low',
  tags: ['node'],
  controls: trace('EN-01', 'PR-A20'),
  verify: ({ spec, facts }) => {
    const known = [spec.image.sandboxImage, ...meantImages(spec)]
    // A kubelet that runs pulls what its pods need.
    const pulled = facts.kubeletCommand.running === undefined ? '' : 'k8s.io'
    const digests = new Set(
      facts.containerdImages.filter(({ ref }) => known.includes(ref)).map(({ digest }) => digest),
    )
    const extra = facts.containerdImages
      .filter(({ digest, namespace }) => !digests.has(digest) && namespace !== pulled)
      .map(({ namespace, ref }) => `${namespace}: ${ref}`)
    return expected(
      extra.length === 0,
      extra,
      'only what the spec lists',
      '`ctr images ls` in every namespace',
    )
  },
  fix: 'Remove the images before the AMI is made, or list them in image.cachedImages or image.eksImages of the spec: nobody scans what nobody knows of.',
})
