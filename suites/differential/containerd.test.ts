import { test } from 'vitest'
import { AmiproofError } from '../../src/lib/errors.ts'
import { parseToml } from '../../src/lib/toml.ts'
import { baseRuntimeSpecText } from '../../src/render/base-runtime-spec.ts'
import { containerdValues, renderContainerd } from '../../src/render/containerd.ts'
import {
  combineAsNodeadm,
  isNodeadmContainerd2,
  nodeadmContainerdVersion,
} from '../../src/render/containerd-nodeadm.ts'
import { effectiveContainerd } from '../../src/render/effective-containerd.ts'
import { isSociOn } from '../../src/render/soci.ts'
import type { NodeSpec } from '../../src/spec/node-spec.ts'
import { at, plain } from './plain.ts'
import { type Answer, expectEqualAnswers, type Vector } from './vectors.ts'

/** A vector's input as a spec; nodeadm's empty kubelet version is below every gate. */
const specOf = ({ input }: Vector): NodeSpec => ({
  schema: 1,
  image: {
    os: 'al2023',
    arch: 'x86_64',
    kubernetes: String(input.kubeletVersion) || '0.0',
    containerd: nodeadmContainerdVersion(String(input.containerdVersionText)),
    variant: input.runtime === 'nvidia' ? 'nvidia' : input.runtime === 'neuron' ? 'neuron' : 'standard',
    hardening: 'none',
    fips: false,
    sandboxImage: String(input.sandboxImage),
    components: {},
    cachedImages: [],
    checksums: {},
  },
  instance: {
    type: '',
    region: '',
    availabilityZone: '',
    id: '',
    mac: '',
    privateDnsName: '',
    localIpv4: '',
    cpuCount: Number(at(input, 'resources', 'cpuCount')),
    memoryBytes: Number(at(input, 'resources', 'onlineMemoryBytes')),
    pciVendors: [],
  },
  join: Object(input.nodeConfig),
  origin: 'file',
})

/** The compat mode's error code is nodeadm's class of error, but for TOML. */
const errorKind = (error: unknown): string => {
  if (!(error instanceof AmiproofError)) throw error
  return error.code === 'toml-syntax' ? 'bad-toml' : error.code
}
const attempt = <T>(act: () => T): { value?: T; error?: string } => {
  try {
    return { value: act() }
  } catch (error) {
    return { error: errorKind(error) }
  }
}

/** Debian's containerd, which the vectors were migrated with, looks for CNI plugins in its own directory first. */
const withUpstreamCni = (config: unknown): unknown => {
  const text = JSON.stringify(plain(config), (_, v) => (typeof v === 'bigint' ? `${v}n` : v))
  return JSON.parse(text.replaceAll('["/usr/lib/cni","/opt/cni/bin"]', '["/opt/cni/bin"]'))
}

const combined = (vector: Vector, spec: NodeSpec): readonly Answer[] => {
  const { expected } = vector
  const user = spec.join?.spec.containerd?.config ?? ''
  const text = attempt(() => combineAsNodeadm(spec.image.containerd, containerdValues(spec), user))
  const plainText = combineAsNodeadm(spec.image.containerd, containerdValues(spec), '').text
  const rendered = attempt(() => renderContainerd(spec, { compat: 'nodeadm' }))
  const answers: Answer[] = [{ of: 'errorKind', expected: expected.errorKind, actual: rendered.error }]
  if (text.value) {
    const { value } = text
    answers.push(
      { of: 'runsConfigMigrate', expected: expected.runsConfigMigrate, actual: value.migrates },
      { of: 'templateVersion', expected: expected.templateVersion, actual: String(value.template) },
      { of: 'configToml', expected: expected.configToml, actual: value.text },
    )
    if (
      at(expected.config, '__parseError') === undefined &&
      at(expected.config, 'parseError') === undefined &&
      user !== ''
    )
      answers.push({ of: 'config', expected: expected.config, actual: plain(parseToml(value.text)) })
  }
  if (expected.defaultConfigToml !== undefined && !user)
    answers.push({ of: 'defaultConfigToml', expected: expected.defaultConfigToml, actual: plainText })
  if (expected.migratedConfig !== undefined) answers.push(...migrated(vector, rendered.value))
  if (rendered.value) answers.push(...files(vector, rendered.value))
  return answers
}

/** The whole dump of containerd 2.1.9, defaults and all. */
const migrated = (
  { expected }: Vector,
  rendered: ReturnType<typeof renderContainerd> | undefined,
): readonly Answer[] => {
  const text = rendered?.find(({ path }) => path === '/etc/containerd/config.toml')?.text ?? ''
  const written = { path: '/etc/containerd/config.toml', text }
  const merged = { path: '/etc/containerd/config.toml', text: String(expected.configToml) }
  return [written, merged].map((file) => {
    const effective = effectiveContainerd([file], '2.1.9')
    return {
      of: `migratedConfig from ${file === written ? 'our migration' : "nodeadm's merge"}`,
      expected: withUpstreamCni(expected.migratedConfig),
      actual: effective.status === 'loaded' ? withUpstreamCni(effective.config) : effective.reason,
    }
  })
}

const files = ({ expected }: Vector, rendered: ReturnType<typeof renderContainerd>): readonly Answer[] => {
  const textOf = (path: string): string | undefined => rendered.find((file) => file.path === path)?.text
  return [
    {
      of: 'files',
      expected: expected.files,
      actual: rendered.map(({ path, mode }) => ({ mode, path })).sort((a, b) => (a.path < b.path ? -1 : 1)),
    },
    {
      of: 'baseRuntimeSpecText',
      expected:
        expected.baseRuntimeSpecIsDefaultText === true ? baseRuntimeSpecText() : expected.baseRuntimeSpecText,
      actual: textOf('/etc/containerd/base-runtime-spec.json'),
    },
    {
      of: 'sociConfigToml',
      expected: expected.sociConfigToml,
      actual: textOf('/etc/soci-snapshotter-grpc/config.toml'),
    },
    {
      of: 'sociSystemdDropIn',
      expected: expected.sociSystemdDropIn,
      actual: textOf('/etc/systemd/system/containerd.service.d/10-soci-snapshotter.conf'),
    },
  ]
}

const answer = (vector: Vector): readonly Answer[] => {
  const spec = specOf(vector)
  const { expected } = vector
  return [
    { of: 'containerdVersion', expected: expected.containerdVersion, actual: spec.image.containerd },
    {
      of: 'isContainerdV2',
      expected: expected.isContainerdV2,
      actual: isNodeadmContainerd2(spec.image.containerd),
    },
    { of: 'useSOCISnapshotter', expected: expected.useSOCISnapshotter, actual: isSociOn(spec) },
    ...combined(vector, spec),
  ]
}

test("containerd's files are nodeadm's, byte for byte and by the daemon's own dump", () => {
  expectEqualAnswers('containerd', answer)
})
