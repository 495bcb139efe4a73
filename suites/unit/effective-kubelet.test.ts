import { expect, test } from 'vitest'
import { effectiveKubelet } from '../../src/render/effective-kubelet.ts'

const typeMeta = { apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration' }
const file = (path: string, config: object) => ({ path, text: JSON.stringify({ ...typeMeta, ...config }) })
const base = (config: object) => file('/etc/kubernetes/kubelet/config.json', config)
const defaults = {
  'imagefs.available': '15%',
  'imagefs.inodesFree': '5%',
  'memory.available': '100Mi',
  'nodefs.available': '10%',
  'nodefs.inodesFree': '5%',
}

test('one threshold in a drop-in keeps the default others', () => {
  const dropIn = file('d/40.conf', { evictionHard: { 'memory.available': '1Gi' } })
  const { config, origin } = effectiveKubelet(base({}), [dropIn])
  expect(config.evictionHard).toEqual({ ...defaults, 'memory.available': '1Gi' })
  expect(origin.get('/evictionHard/memory.available')).toEqual({ kind: 'file', path: 'd/40.conf' })
  expect(origin.get('/evictionHard/nodefs.available')).toEqual({ kind: 'default' })
})

test('the same threshold in --config drops the others, unless defaults are to be merged', () => {
  const evictionHard = { 'memory.available': '1Gi' }
  expect(effectiveKubelet(base({ evictionHard }), []).config.evictionHard).toEqual(evictionHard)
  expect(
    effectiveKubelet(base({ evictionHard, mergeDefaultEvictionSettings: true }), []).config.evictionHard,
  ).toEqual({ ...defaults, 'memory.available': '1Gi' })
})

test('null in a drop-in gives a field its default back, and takes one threshold away for good', () => {
  const dropIn = file('d/1.conf', { maxPods: null, evictionHard: { 'nodefs.available': null } })
  const { config } = effectiveKubelet(base({ maxPods: 7 }), [dropIn])
  expect(config.maxPods).toBe(110)
  expect(config.evictionHard).not.toHaveProperty(['nodefs.available'])
})

test('drop-ins apply by the bytes of their names, directories at their own place', () => {
  const names = ['9-x.conf', '10-y.conf', '10-a/zz.conf', '20-b.conf']
  const dropIns = names.map((name, index) => file(`d/${name}`, { maxPods: index + 1 }))
  const { config, origin } = effectiveKubelet(base({}), dropIns)
  expect(config.maxPods).toBe(1)
  expect(origin.get('/maxPods')).toEqual({ kind: 'file', path: 'd/9-x.conf' })
})

test('lists are replaced whole and flags win over files', () => {
  const { config, origin } = effectiveKubelet(
    base({ clusterDNS: ['10.100.0.10'], maxPods: 3 }),
    [file('d/1.conf', { clusterDNS: ['1.1.1.1'] })],
    ['--max-pods=9', '--cluster-dns', '2.2.2.2,3.3.3.3'],
  )
  expect(config.clusterDNS).toEqual(['2.2.2.2', '3.3.3.3'])
  expect(config.maxPods).toBe(9)
  expect(origin.get('/maxPods')).toEqual({ kind: 'flag', flag: 'max-pods' })
})

test('feature gates of files and flags join, the flag winning', () => {
  const { config } = effectiveKubelet(
    base({ featureGates: { A: true, B: true } }),
    [],
    ['--feature-gates=B=false,C=true'],
  )
  expect(config.featureGates).toEqual({ A: true, B: false, C: true })
})

test('other maps given as flags replace those of files', () => {
  const { config } = effectiveKubelet(
    base({ kubeReserved: { cpu: '1', memory: '1Gi' } }),
    [],
    ['--kube-reserved=cpu=2', '--kube-reserved=pid=10'],
  )
  expect(config.kubeReserved).toEqual({ cpu: '2', pid: '10' })
})

test('a misspelt key in a drop-in has no effect, and is noted', () => {
  const { config, notes, refused } = effectiveKubelet(base({}), [file('d/1.conf', { maxPod: 5 })])
  expect(config.maxPods).toBe(110)
  expect(config).not.toHaveProperty('maxPod')
  expect(notes).toEqual(['d/1.conf: /maxPod is no field and is ignored'])
  expect(refused).toEqual([])
})

test('a drop-in of another kind keeps the kubelet from starting', () => {
  const { refused } = effectiveKubelet(base({}), [file('d/1.conf', { kind: 'Other' })])
  expect(refused).toEqual(['d/1.conf: kind is "Other", not KubeletConfiguration'])
})

test('files that do not end in .conf are ignored, whatever they hold', () => {
  const { refused, notes } = effectiveKubelet(base({}), [{ path: 'd/1.yaml', text: '{' }])
  expect(refused).toEqual([])
  expect(notes).toEqual(['d/1.yaml is ignored: drop-ins end in .conf'])
})

test('parallel pulls and status reports take their defaults from their neighbours', () => {
  const { config } = effectiveKubelet(
    base({ maxParallelImagePulls: 5, nodeStatusUpdateFrequency: '1m0s' }),
    [],
  )
  expect(config.serializeImagePulls).toBe(false)
  expect(config.nodeStatusReportFrequency).toBe('1m0s')
})

test('flags without a field are kept apart, labels joined', () => {
  const { flags, refused } = effectiveKubelet(
    base({}),
    [],
    ['--node-labels=a=1', '--node-ip=192.0.2.1', '--node-labels=b=2', '--nonsense=1'],
  )
  expect(flags).toEqual({ 'node-labels': 'a=1,b=2', 'node-ip': '192.0.2.1' })
  expect(refused).toEqual(['--nonsense is not a flag of the kubelet'])
})

test('keys named after prototypes stay keys', () => {
  const text = `{"apiVersion":"${typeMeta.apiVersion}","kind":"${typeMeta.kind}","featureGates":{"__proto__":true}}`
  const { config } = effectiveKubelet({ path: 'c', text }, [])
  expect(Object.keys(config.featureGates ?? {})).toEqual(['__proto__'])
  expect(({} as Record<string, unknown>).true).toBeUndefined()
})

test('before 1.30 a drop-in needs the alpha variable', () => {
  const dropIns = [file('d/1.conf', { maxPods: 5 })]
  expect(effectiveKubelet(base({}), dropIns, [], { version: '1.29.15' }).refused).toHaveLength(1)
  const environment = { KUBELET_CONFIG_DROPIN_DIR_ALPHA: 'on' }
  expect(effectiveKubelet(base({}), dropIns, [], { version: '1.29.15', environment }).refused).toEqual([])
  expect(effectiveKubelet(base({}), dropIns, [], { version: '1.30.0' }).refused).toEqual([])
  expect(effectiveKubelet(base({}), [], [], { version: '1.29.15' }).refused).toEqual([])
})

test('a value that cannot be decoded keeps the kubelet from starting', () => {
  const { config, refused } = effectiveKubelet(base({}), [
    file('d/1.conf', { maxPods: '5', authentication: { anonymous: [] } }),
  ])
  expect(refused).toEqual([
    'd/1.conf: maxPods is a string, not a number, authentication.anonymous is a list, not a map',
  ])
  expect(config.maxPods).toBe(110)
})
