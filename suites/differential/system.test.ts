import { test } from 'vitest'
import { environmentFiles } from '../../src/render/instance-environment.ts'
import { localDisksArguments } from '../../src/render/local-disks.ts'
import { resolvedFiles } from '../../src/render/resolved.ts'
import { hasPciVendor, onlineCpus, onlineMemoryBytes } from '../../src/render/sysfs.ts'
import { codeOf, obj, str, strings } from './fields.ts'
import { type Answer, expectEqualAnswers, type Vector } from './vectors.ts'

type Kind = (vector: Vector) => readonly Answer[]

const texts = (fields: Vector['input']): Record<string, string> =>
  Object.fromEntries(Object.keys(fields).map((name) => [name, str(fields, name)]))

const environment: Kind = ({ input, expected }) => {
  const services = obj(input, 'environment')
  const given = Object.fromEntries(Object.keys(services).map((name) => [name, texts(obj(services, name))]))
  const files = environmentFiles(given, 'nodeadm')
  const written = Object.fromEntries(files.map(({ path, mode, text }) => [path, { mode, text }]))
  return [
    { of: 'files', expected: expected.files, actual: written },
    { of: 'daemonReload', expected: expected.daemonReload, actual: files.length > 0 },
  ]
}

const localStorage: Kind = ({ input, expected }) => {
  const storage = obj(input, 'localStorage')
  const argv = localDisksArguments({
    strategy: str(storage, 'strategy'),
    mountPath: str(storage, 'mountPath'),
    disabledMounts: strings(storage, 'disabledMounts'),
  })
  return [{ of: 'argv', expected: expected.argv, actual: argv ?? null }]
}

const resolve: Kind = ({ input, expected }) => {
  const network = obj(input, 'network')
  const names = { nameservers: strings(network, 'nameservers'), domains: strings(network, 'domains') }
  const [file] = resolvedFiles(names, 'nodeadm')
  return [
    { of: 'written', expected: expected.written, actual: file !== undefined },
    { of: 'path', expected: expected.path, actual: file?.path },
    { of: 'text', expected: expected.text, actual: file?.text },
  ]
}

const resources: Kind = ({ input, expected }) => {
  const files = texts(obj(input, 'files'))
  const orZero = (count: (files: Record<string, string>) => number): readonly [number, boolean] =>
    codeOf(() => count(files)) === '' ? [count(files), false] : [0, true]
  const [cpus, cpuError] = orZero(onlineCpus)
  const [bytes, memoryError] = orZero(onlineMemoryBytes)
  return [
    { of: 'cpuMillicores', expected: expected.cpuMillicores, actual: cpus * 1000 },
    { of: 'cpuError', expected: expected.cpuError !== undefined, actual: cpuError },
    { of: 'onlineMemoryBytes', expected: expected.onlineMemoryBytes, actual: bytes },
    { of: 'memoryError', expected: expected.memoryError !== undefined, actual: memoryError },
  ]
}

const pciVendor: Kind = ({ input, expected }) => [
  {
    of: 'attached',
    expected: expected.attached,
    actual: hasPciVendor(texts(obj(input, 'files')), str(input, 'vendor')),
  },
]

const kinds = new Map<unknown, Kind>(
  Object.entries({ environment, localStorage, resolve, resources, pciVendor }),
)

test('the instance is set up as by nodeadm: environment, disks, name resolution, CPUs, memory and devices', () => {
  expectEqualAnswers('system', (vector) => kinds.get(vector.input.kind)?.(vector) ?? [])
})
