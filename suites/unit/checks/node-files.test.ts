import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { meaningOf } from '../../../src/checks/meaning.ts'
import { filesOf, subjects } from '../../../src/checks/node-file-subjects.ts'
import { rendered } from '../../../src/checks/rendered.ts'
import { differences, same } from '../../../src/checks/same.ts'
import { parameters } from '../../../src/checks/sysctl-parameters.ts'
import { parseNodeSpec } from '../../../src/spec/parse-node-spec.ts'
import { patched } from '../../integration/patched.ts'

const base: unknown = JSON.parse(readFileSync('fixtures/specs/docker-node.json', 'utf8'))
const patches: Readonly<Record<string, unknown>> = {
  'the default node': {},
  'an image that has not joined': { join: null, instance: null },
  'Amazon Linux 2023': { image: { os: 'al2023', containerd: '2.1.9' }, join: { spec: { containerd: null } } },
  'SOCI, proxies and name servers': {
    instance: { cpuCount: 4 },
    join: {
      spec: {
        featureGates: { FastImagePull: true },
        instance: {
          environment: { default: { HTTPS_PROXY: 'http://proxy.example' }, containerd: { A: 'b' } },
          network: { nameservers: ['192.0.2.53'] },
        },
      },
    },
  },
  'an Outpost': { join: { spec: { cluster: { enableOutpost: true, id: 'x' } } } },
}

test.for(Object.entries(patches))('every file of %s is somebody’s subject, in its phase', ([, patch]) => {
  const spec = parseNodeSpec(patched(base, patch))
  const files = rendered(spec)
  expect(files.length).toBeGreaterThan(10)
  const claimed = files.map(({ path, phase }) => ({
    path,
    by: subjects
      .filter(
        (subject) => subject.phase === phase && filesOf(subject, spec).some((file) => file.path === path),
      )
      .map(({ slug }) => slug).length,
  }))
  expect(claimed.filter(({ by }) => by !== 1)).toEqual([])
})

test('every subject is rendered by some spec', () => {
  const specs = Object.values(patches).map((patch) => parseNodeSpec(patched(base, patch)))
  const idle = subjects.filter((subject) => specs.every((spec) => filesOf(subject, spec).length === 0))
  expect(idle.map(({ slug }) => slug)).toEqual([])
})

test('every kernel parameter that is rendered is watched, and no other', () => {
  const files = rendered(parseNodeSpec(base)).filter(({ format }) => format === 'sysctl')
  const keys = files.flatMap(({ text }) => Object.keys(Object(meaningOf('sysctl', text))))
  expect(parameters.map(({ key }) => key).toSorted()).toEqual(keys.toSorted())
})

test('units are the same whatever their comments and spacing, and differ by the order of a repeated key', () => {
  const unit =
    '[Unit]\nAfter=a\n\n[Service]\n# why\nExecStart=/bin/a \\\n  -x\nEnvironment=A\nEnvironment=B\n'
  const spaced = '; x\n[Unit]\nAfter = a\n[Service]\nExecStart=/bin/a   -x\nEnvironment=A\nEnvironment=B'
  expect(
    same(meaningOf('unit', unit), meaningOf('unit', spaced.replace('/bin/a   -x', '/bin/a    -x'))),
  ).toBe(true)
  expect(differences(meaningOf('unit', unit.replace('A\nEnv', 'B\nEnv')), meaningOf('unit', unit))).toEqual([
    { at: 'Service.Environment', actual: ['B', 'B'], expected: ['A', 'B'] },
  ])
})

test('arguments of the kubelet are the same in any order, and other variables are not', () => {
  const a = 'NODEADM_KUBELET_ARGS=--a=1 --b=2\nX="y"\n'
  expect(same(meaningOf('env', a), meaningOf('env', 'X=y\nNODEADM_KUBELET_ARGS=--b=2 --a=1'))).toBe(true)
  expect(same(meaningOf('env', a), meaningOf('env', 'X=z\nNODEADM_KUBELET_ARGS=--b=2 --a=1'))).toBe(false)
})

test('a kernel parameter is the same with slashes, with spaces and with errors hidden', () => {
  expect(meaningOf('sysctl', '-net/ipv4/ip_forward =  1\n; c\n#d\nkernel.panic=10')).toEqual({
    'net.ipv4.ip_forward': '1',
    'kernel.panic': '10',
  })
})

test('a text that differs names its line', () => {
  expect(differences(meaningOf('text', 'a\nb\n'), meaningOf('text', 'a\nc'))).toEqual([
    { at: 'line 2', actual: 'b', expected: 'c' },
  ])
})
