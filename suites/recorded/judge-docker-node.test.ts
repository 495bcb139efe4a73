import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checks } from '../../src/checks/index.ts'
import { type Evidence, parseEvidence, type probes, readFacts } from '../../src/facts/index.ts'
import { inferSpec } from '../../src/run/infer-spec.ts'
import { judge } from '../../src/run/judge.ts'
import { recordedVersions } from '../../src/run/recorded-versions.ts'
import { readSpec } from '../../src/run/spec-file.ts'

const file = 'fixtures/evidence/docker-node.json'
const evidence = parseEvidence(readFileSync(file), file)
const spec = readSpec('fixtures/specs/docker-node.json')

/** The recording with one probe replaced; undefined: without it. */
const having = (probe: keyof typeof probes, stdout: string | undefined, more: object = {}): Evidence => {
  const { [probe]: kept, ...others } = evidence.probes
  if (!kept) throw new Error(`the recording has no ${probe}`)
  return {
    ...evidence,
    probes: stdout === undefined ? others : { ...others, [probe]: { ...kept, stdout, ...more } },
  }
}
/** The recording of a node that also has this file. */
const withFile = (path: string, text: string): Evidence => {
  const stdout = evidence.probes.configs?.stdout ?? ''
  const before = typeof stdout === 'string' ? stdout : Buffer.from(stdout.base64, 'base64').toString('latin1')
  const lines = text.split('\n').map((line) => `|${line}`)
  return having('configs', `${'a'.repeat(64)}  ${path}\nfile ${path}\n${lines.join('\n')}\n${before}`)
}
const inferred = (from: Evidence) => inferSpec(readFacts(from))

test('the recorded node, judged by the spec of its image, leaves nothing undecided by an error', () => {
  const { results } = judge(evidence, spec, checks)
  expect(results).toHaveLength(checks.length)
  expect(results.filter(({ status }) => status === 'error').map(({ rule }) => rule.id)).toEqual([])
  expect(results.filter(({ status }) => status === 'pass').length).toBeGreaterThan(100)
})

test('every decided result cites the probes that it rests on', () => {
  const { results } = judge(evidence, spec, checks)
  const uncited = results.filter(({ status, evidence: cited }) => status === 'pass' && cited.length === 0)
  expect(uncited.map(({ rule }) => rule.id)).toEqual([])
})

test('a broken probe spoils its readers and nobody else', () => {
  const { results } = judge(having('units', 'x', { timedOut: true }), spec, checks)
  const errors = results.filter(({ status }) => status === 'error')
  expect(errors.length).toBeGreaterThan(0)
  for (const { evidence: cited } of errors) expect(cited.map(({ probe }) => probe)).toContain('units')
  expect(results.filter(({ status }) => status === 'pass').length).toBeGreaterThan(100)
})

test('evidence that is too old for a probe leaves its readers unproven', () => {
  const { results } = judge(having('units', undefined), spec, checks)
  expect(results.filter(({ status }) => status === 'error').map(({ rule }) => rule.id)).toEqual([])
  expect(results.find(({ rule }) => rule.id === 'containerd-unit/active')).toMatchObject({
    status: 'unproven',
  })
})

test('where what the target has is not known, only rules that need something are spoiled', () => {
  const { results, capabilities } = judge(having('surroundings', 'nonsense'), spec, checks)
  expect(capabilities.measured).toEqual([])
  const spoiled = results.filter((one) => one.status === 'error' && one.message.includes('is not known'))
  expect(spoiled.length).toBeGreaterThan(0)
  for (const { rule } of spoiled) expect(rule.needs?.length).toBeGreaterThan(0)
})

test('a spec is inferred from what the node says, and marked', () => {
  expect(inferred(evidence)).toMatchObject({
    origin: 'node',
    image: { os: 'debian13', arch: 'x86_64', kubernetes: '1.34.2', variant: 'standard' },
  })
})

test('the spec that a node gives of itself fails nothing of that node', () => {
  const { spec, results } = judge(evidence, undefined, checks)
  expect(spec?.image.containerd).toBe('1.7.24')
  expect(
    results.filter(({ status }) => status === 'fail' || status === 'error').map(({ rule }) => rule.id),
  ).toEqual([])
})

test('a spec may name the build of a distribution', () => {
  const { results } = judge(evidence, { ...spec, image: { ...spec.image, containerd: '1.7.24~ds1' } }, checks)
  expect(results.find(({ rule }) => rule.id === 'containerd/version')?.status).toBe('pass')
})

const cluster = {
  name: 'c',
  apiServerEndpoint: 'https://c.example',
  certificateAuthority: 'QQ==',
  cidr: '10.100.0.0/16',
}
const instance = {
  id: 'i-1',
  region: 'eu-west-1',
  type: 'm5.large',
  availabilityZone: 'eu-west-1a',
  mac: '02:00:00:00:00:01',
  privateDnsName: 'ip-10-0-0-1',
}

test('what nodeadm was configured with is the join of the inferred spec', () => {
  const cache = {
    apiVersion: 'node.eks.aws/__internal',
    kind: 'NodeConfig',
    spec: { cluster },
    status: { instance },
  }
  const spec = inferred(withFile('/run/eks/nodeadm/config.json', JSON.stringify(cache)))
  expect(spec.join?.spec.cluster).toMatchObject(cluster)
  expect(spec.instance).toMatchObject({
    ...instance,
    cpuCount: expect.any(Number),
    memoryBytes: expect.any(Number),
  })
})

test.for([
  [
    'osRelease',
    'ID=ubuntu\nVERSION_ID="24.04"\n',
    /that it is Amazon Linux 2023 or Debian 13 \(os-release: ubuntu 24\.04\)/,
  ],
  ['uname', 'Linux\nh\n6.1\n#1\nriscv64\n', /that its machine is x86_64 or aarch64 \(uname: riscv64\)/],
] as const)('a %s that no spec can have is named', ([probe, stdout, message]) => {
  expect(() => inferred(having(probe, stdout))).toThrow(message)
})

test('a cache of nodeadm that is cut is named', () => {
  expect(() => inferred(withFile('/run/eks/nodeadm/config.json', '{"spec":'))).toThrow(
    /the file cannot be understood/,
  )
  expect(() => inferred(withFile('/run/eks/nodeadm/config.json', '{"spec":{}}'))).toThrow(
    /all that a NodeConfig needs/,
  )
})

test('the report shows what the image was made of, with hashes', () => {
  const versions = recordedVersions(readFacts(evidence))
  expect(versions.containerd).toMatchObject({
    version: expect.stringMatching(/^1\.7/),
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  expect(versions['base image']?.version).toMatch(/^debian/)
})

test('a record of the image that is broken is named, and hides nothing else', () => {
  const broken = withFile('/etc/eks/amiproof-image.json', '{')
  const { configs } = readFacts(broken)
  expect(configs.entries['/etc/eks/amiproof-image.json']?.text).toBeDefined()
  expect(
    Object.keys(recordedVersions(readFacts(having('containerdVersion', '', { timedOut: true })))),
  ).toContain('unreadable printed')
})
