import type { Facts } from '../facts/index.ts'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { once } from '../lib/lazy.ts'
import { oneLine } from '../lib/printable.ts'
import { zod } from '../lib/zod.ts'
import { byReading } from '../result/counts.ts'
import type { RecordedVersion } from '../result/report.ts'

/** What our own node image says it was made of (infra/images/node/record.sh). */
const imageRecord = '/etc/eks/amiproof-image.json'

const imageRecordShape = once(() => {
  const z = zod()
  return z.looseObject({
    base: z.string(),
    packages: z.record(z.string(), z.string()),
    sha256: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
  })
})

type Versions = Readonly<Record<string, RecordedVersion>>

/**
 * What the image recorded of its making: the packages and programs of our own node, `BASE_AMI_ID` and its like of an EKS AMI
 * (/etc/eks/release), the versions that programs print. A record that is
 * broken is named, and hides nothing else; one that old evidence does not have is left out.
 */
export const recordedVersions = (facts: Facts): Versions => {
  const found = [release, record, printed].flatMap(
    (read): readonly (readonly [string, RecordedVersion])[] => {
      try {
        return Object.entries(read(facts))
      } catch (error) {
        if (error instanceof AmiproofError && error.kind === 'unproven') return []
        return [[`unreadable ${read.name}`, { version: oneLine(messageOf(error)).slice(0, 200) }]]
      }
    },
  )
  return Object.fromEntries(new Map(found.toSorted(([a], [b]) => byReading(a, b))))
}

const release = ({ eksRelease }: Facts): Versions =>
  Object.fromEntries(
    Object.entries(eksRelease ?? {}).map(([name, value]) => [name, { version: oneLine(value) }]),
  )

const record = ({ configs }: Facts): Versions => {
  const text = configs.entries[imageRecord]?.text
  if (text === undefined) return {}
  const { base, packages, sha256 } = imageRecordShape().parse(JSON.parse(text))
  const hashOf = (name: string) =>
    Object.entries(sha256).find(
      ([path]) => path.endsWith(`/bin/${name}`) || path.endsWith(`/sbin/${name}`),
    )?.[1]
  const owned = new Set(Object.keys(packages).map(hashOf))
  return Object.fromEntries([
    ['base image', { version: base }],
    ...Object.entries(packages).map(([name, version]) => {
      const hash = hashOf(name)
      return [name, { version, ...(hash ? { sha256: hash } : {}) }] as const
    }),
    ...Object.entries(sha256)
      .filter(([, hash]) => !owned.has(hash))
      .map(([path, hash]) => [path, { version: '', sha256: hash }] as const),
  ])
}

const printed = ({ containerdVersion, kubeletVersion, uname }: Facts): Versions => ({
  kernel: { version: oneLine(uname.release) },
  ...(containerdVersion ? { 'containerd --version': { version: oneLine(containerdVersion) } } : {}),
  ...(kubeletVersion ? { 'kubelet --version': { version: oneLine(kubeletVersion) } } : {}),
})
