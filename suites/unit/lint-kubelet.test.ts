import { expect, test } from 'vitest'
import { lintKubelet } from '../../src/render/lint-kubelet.ts'

const head = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n'
const rules = (...args: Parameters<typeof lintKubelet>) =>
  lintKubelet(...args).map(({ rule, severity, line, column }) => `${line}:${column} ${severity} ${rule}`)

test('a sound file has no findings', () => {
  expect(
    lintKubelet(`${head}maxPods: 110\nauthentication:\n  anonymous:\n    enabled: false\n`, 'config'),
  ).toEqual([])
})

test('a misspelt key is an error in a drop-in, where nothing tells, and a warning in --config', () => {
  expect(rules(`${head}maxPod: 5\n`, 'drop-in')).toEqual(['3:1 error kubelet/unknown-key'])
  expect(rules(`${head}maxPod: 5\n`, 'config')).toEqual(['3:1 warning kubelet/unknown-key'])
  expect(lintKubelet(`${head}maxPod: 5\n`, 'drop-in')[0]?.fix).toBe('write maxPods')
})

test('keys of structures are known by their place, keys of maps are free', () => {
  expect(rules(`${head}authentication:\n  webhok: {}\nfeatureGates:\n  Anything: true\n`, 'config')).toEqual([
    '4:3 warning kubelet/unknown-key',
  ])
})

test('a wrong or missing type is an error', () => {
  expect(rules('apiVersion: kubelet.config.k8s.io/v1\nmaxPods: 5\n', 'drop-in')).toEqual([
    '1:1 error kubelet/wrong-type',
    '1:1 error kubelet/wrong-type',
  ])
})

test('text that is no object is a syntax error at its place', () => {
  expect(rules(`${head}a: [`, 'config')[0]).toMatch(/^3:\d+ error kubelet\/syntax$/)
  expect(rules('[]', 'config')).toEqual(['1:1 error kubelet/syntax'])
})

test('a partial evictionHard in --config names the thresholds it loses', () => {
  const text = `${head}evictionHard:\n  memory.available: 1Gi\n`
  expect(rules(text, 'config')).toEqual(['3:1 info kubelet/partial-eviction-hard'])
  expect(rules(text, 'drop-in')).toEqual([])
  expect(rules(`${text}mergeDefaultEvictionSettings: true\n`, 'config')).toEqual([])
})

test('null in a drop-in is pointed out', () => {
  expect(rules(`${head}maxPods: null\n`, 'drop-in')).toEqual(['3:1 info kubelet/null-resets'])
})

test('flags are judged by version, at their place in the environment file', () => {
  const text =
    'A=on\nNODEADM_KUBELET_ARGS=--node-ip=192.0.2.1 --pod-infra-container-image=x --max-pods 5 --v=2'
  expect(rules(text, 'environment', '1.35.0')).toEqual([
    '2:42 error kubelet/removed-flag',
    '2:72 warning kubelet/flag-has-field',
  ])
  expect(rules(text, 'environment', '1.34.9')).toEqual([
    '2:42 warning kubelet/deprecated-flag',
    '2:72 warning kubelet/flag-has-field',
  ])
})

test('an unknown flag is an error with the nearest name', () => {
  const [finding] = lintKubelet('--node-lables=a=b', 'arguments')
  expect(finding).toMatchObject({
    rule: 'kubelet/unknown-flag',
    fix: 'write --node-labels',
    line: 1,
    column: 1,
  })
})

test('an open quote is an error', () => {
  expect(rules("--node-labels='a=b", 'arguments')).toEqual(['1:1 error kubelet/open-quote'])
})

test('a value of the wrong type is an error: the kubelet cannot decode it', () => {
  const text = `${head}maxPods: "58"\nfailSwapOn: 1\nclusterDNS: 10.100.0.10\nauthentication: true\nevictionHard: []\n`
  expect(rules(text, 'config')).toEqual([
    '3:1 error kubelet/wrong-value-type',
    '4:1 error kubelet/wrong-value-type',
    '5:1 error kubelet/wrong-value-type',
    '6:1 error kubelet/wrong-value-type',
    '7:1 error kubelet/wrong-value-type',
  ])
  expect(lintKubelet(text, 'config')[0]).toMatchObject({
    message: 'maxPods is a string and must be a number: the kubelet does not start',
    fix: 'write a number',
  })
})

test('a key that is written twice counts once', () => {
  expect(rules(`${head}maxPods: 5\nmaxPods: 6\n`, 'config')).toEqual(['4:1 warning kubelet/duplicate-key'])
})

test('a text that no kubelet configuration is as long as is not read', () => {
  expect(rules('x'.repeat(200_000), 'drop-in')).toEqual(['1:1 error kubelet/too-large'])
})

test('nesting that no stack holds is a syntax error', () => {
  expect(rules('['.repeat(50_000), 'config')).toEqual([
    expect.stringMatching(/^1:\d+ error kubelet\/syntax$/),
  ])
})

test('of thousands of unknown keys only the first few get a suggestion', () => {
  const keys = Array.from({ length: 5000 }, (_, index) => `maxPods${index}: 1\n`).join('')
  const findings = lintKubelet(head + keys, 'drop-in')
  expect(findings).toHaveLength(5000)
  expect(findings.filter(({ fix }) => fix === 'write maxPods')).toHaveLength(20)
})
