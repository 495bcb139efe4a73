import type { Facts } from '../facts/index.ts'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { once } from '../lib/lazy.ts'
import { containerdVersionIn } from '../lib/versions.ts'
import { type z, zod } from '../lib/zod.ts'
import { decodeNodeConfig } from '../spec/decode-node-config.ts'
import type { NodeConfig } from '../spec/node-config.ts'
import { type InstanceSpec, type NodeSpec, nodeSpecShape } from '../spec/node-spec.ts'
import { toNodeConfig } from '../spec/to-node-config.ts'

/** Where nodeadm keeps what it was configured with, `status` included (nodeadm init, --config-cache). */
const nodeadmCache = '/run/eks/nodeadm/config.json'

const cacheShape = once(() => {
  const z = zod()
  return z.looseObject({
    spec: z.unknown(),
    status: z
      .looseObject({
        instance: z
          .looseObject({
            id: z.string(),
            region: z.string(),
            type: z.string(),
            availabilityZone: z.string(),
            mac: z.string().default(''),
            privateDnsName: z.string().default(''),
          })
          .optional(),
      })
      .optional(),
  })
})
type Cache = z.infer<ReturnType<typeof cacheShape>>

/**
 * What a node seems to have been meant to be, by its own records: os-release, what its daemons say of their versions, and what nodeadm kept of
 * its configuration. Marked `origin: 'node'`, because a node that is wrong may be wrong about this too. Throws an {@link AmiproofError} of kind
 * `fact` that names what the node does not say.
 */
export const inferSpec = (facts: Facts): NodeSpec => {
  const cache = cacheOf(facts)
  const instance = cache && instanceOf(cache, facts)
  const join = cache && joinOf(cache)
  const parsed = nodeSpecShape().safeParse({
    schema: 1,
    image: {
      os: osOf(facts.osRelease),
      arch: archOf(facts.uname.machine),
      kubernetes: kubernetesOf(facts),
      containerd: containerdOf(facts),
      variant: variantOf(facts),
    },
    ...(instance ? { instance } : {}),
    ...(join ? { join } : {}),
    origin: 'node',
  })
  if (parsed.success) return parsed.data
  throw unknown(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
}

const unknown = (what: string): AmiproofError =>
  new AmiproofError(
    `cannot infer a spec from the node, which does not say ${what}; give one with --spec FILE`,
    {
      kind: 'fact',
      code: 'spec-not-inferable',
      op: 'infer a spec',
      blame: 'user',
    },
  )

const said = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw unknown(what)
  return value
}

const osOf = ({ ID, VERSION_ID }: Facts['osRelease']): NodeSpec['image']['os'] => {
  if (ID === 'amzn' && VERSION_ID === '2023') return 'al2023'
  if (ID === 'debian' && VERSION_ID === '13') return 'debian13'
  throw unknown(
    `that it is Amazon Linux 2023 or Debian 13 (os-release: ${ID ?? 'no ID'} ${VERSION_ID ?? ''})`,
  )
}

const archOf = (machine: string): NodeSpec['image']['arch'] => {
  if (machine === 'x86_64') return 'x86_64'
  if (machine === 'aarch64' || machine === 'arm64') return 'arm64'
  throw unknown(`that its machine is x86_64 or aarch64 (uname: ${machine})`)
}

/** What amazon-eks-ami leaves beside the kubelet, so that nodeadm need not start it. */
const kubeletVersionFile = '/etc/eks/kubelet-version.txt'

/** As the kubelet says; where none is installed yet, as the image noted it. */
const kubernetesOf = ({ kubeletVersion, configs }: Facts): string => {
  const noted = kubeletVersion ?? configs.entries[kubeletVersionFile]?.text ?? ''
  return said(/v(\d+\.\d+\.\d+)/.exec(noted)?.[1], 'which kubelet it has')
}

/** The upstream release: what a distribution appends (`1.7.24~ds1`, `2.1.4+unknown`) is of its build, and no file of a node holds it. */
const containerdOf = ({ containerdVersion }: Facts): string =>
  said(
    /^\d+\.\d+\.\d+/.exec(containerdVersionIn(containerdVersion ?? '') ?? '')?.[0],
    'which containerd it has',
  )

const variantOf = ({ programs, packages }: Facts): NodeSpec['image']['variant'] => {
  const names = packages.map(({ name }) => name)
  if (
    'nvidia-smi' in programs ||
    names.some((name) => /^(nvidia-driver|kmod-nvidia|nvidia-container-toolkit)/.test(name))
  )
    return 'nvidia'
  return names.some((name) => /^aws-neuronx/.test(name)) ? 'neuron' : 'standard'
}

const cacheOf = ({ configs }: Facts): Cache | undefined => {
  const text = configs.entries[nodeadmCache]?.text
  if (text === undefined) return undefined
  try {
    return cacheShape().parse(JSON.parse(text))
  } catch {
    throw unknown(`in ${nodeadmCache} what it was configured with: the file cannot be understood`)
  }
}

const instanceOf = ({ status }: Cache, { memory }: Facts): InstanceSpec | undefined =>
  status?.instance && {
    id: status.instance.id,
    region: status.instance.region,
    type: status.instance.type,
    availabilityZone: status.instance.availabilityZone,
    mac: status.instance.mac,
    privateDnsName: status.instance.privateDnsName,
    localIpv4: '',
    cpuCount: cpusIn(memory.onlineCpus),
    memoryBytes: (memory.meminfo.MemTotal ?? 0) * 1024,
    pciVendors: [],
  }

/** `0-3,6` is five. */
const cpusIn = (list: string): number =>
  list
    .trim()
    .split(',')
    .map((range) => range.split('-').map(Number))
    .reduce((sum, [from = 0, to = from]) => sum + to - from + 1, 0)

const joinOf = ({ spec }: Cache): NodeConfig => {
  const document = { apiVersion: 'node.eks.aws/v1alpha1', kind: 'NodeConfig', spec }
  try {
    return toNodeConfig(decodeNodeConfig(Buffer.from(JSON.stringify(document))))
  } catch (error) {
    throw unknown(`in ${nodeadmCache} all that a NodeConfig needs (${messageOf(error)})`)
  }
}
