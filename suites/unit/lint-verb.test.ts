import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { linterNames } from '../../src/run/linters.ts'
import { runVerb, thisProcess } from '../../src/run/run-verb.ts'

const cwd = mkdtempSync(join(tmpdir(), 'amiproof-lint-'))
afterAll(() => rmSync(cwd, { recursive: true }))

const lint = async (name: string, content: string | Uint8Array, ...flags: readonly string[]) => {
  mkdirSync(dirname(join(cwd, name)), { recursive: true })
  writeFileSync(join(cwd, name), content)
  const said = { out: '', err: '' }
  const status = await runVerb('lint', [name, ...flags], {
    ...thisProcess(),
    cwd,
    out: (text) => {
      said.out += text
    },
    err: (text) => {
      said.err += text
    },
  })
  return {
    status,
    lines: said.out.split('\n').filter((line) => !line.startsWith('  fix: ') && line !== ''),
    err: said.err,
  }
}

const config = '{"kind":"KubeletConfiguration","apiVersion":"kubelet.config.k8s.io/v1beta1","maxPod":10}'
const script = '#!/bin/bash\nset -x\n'
const mime = `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/x-shellscript\n\n${script}--b--\n`
const nodeConfig = 'apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  cluster: {nam: a}\n'

/** A file of each kind with one thing wrong: which linter must know it, and the line that it must print. */
const files: readonly (readonly [
  linter: string,
  name: string,
  content: string | Uint8Array,
  line: RegExp,
])[] = [
  [
    'config',
    'amiproof.toml',
    '\nsuits = ["node"]\n',
    /^amiproof\.toml:2:1: error: unknown key suits.*\[amiproof\/config\]$/,
  ],
  [
    'waivers',
    'ours.toml',
    '[[waiver]]\nchek = "a/b"\n',
    /^ours\.toml:2:1: error: unknown key waiver\[0\]\.chek.*\[amiproof\/waiver\]$/,
  ],
  [
    'recording',
    'node.json',
    '{"collector":"1","probes":{}}',
    /^node\.json:1:1: error: .*\[evidence\/shape\]$/,
  ],
  [
    'spec',
    'spec.json',
    '{"schema": 1,\n "image": {\n  "os": "al2"}}',
    /^spec\.json:3:3: error: image\.os: .*\[spec\/shape\]$/,
  ],
  [
    'spec',
    'spec.yaml',
    'schema: 1\nimage:\n  os: al2\n',
    /^spec\.yaml:3:3: error: image\.os: .*\[spec\/shape\]$/,
  ],
  ['user-data', 'script.sh', script, /^script\.sh:2:1: warning: .*\[user-data\/xtrace\]$/],
  ['user-data', 'mime.txt', mime, /^mime\.txt:8:1: warning: .*\[user-data\/xtrace\]$/],
  [
    'user-data',
    'packed',
    Buffer.from(mime).toString('base64'),
    /^packed:8:1: warning: .*\[user-data\/xtrace\]$/,
  ],
  ['user-data', 'packed.gz', gzipSync(mime), /^packed\.gz:8:1: warning: .*\[user-data\/xtrace\]$/],
  ['user-data', 'twice', gzipSync(mime).toString('base64'), /^twice:8:1: warning: .*\[user-data\/xtrace\]$/],
  [
    'user-data',
    'node.yaml',
    nodeConfig,
    /^node\.yaml:4:13: error: spec\.cluster\.nam, .*\[user-data\/unknown-key\]$/,
  ],
  [
    'kubelet-drop-in',
    'etc/config.json.d/40-nodeadm.conf',
    config,
    /:1:77: error: .*\[kubelet\/unknown-key\]$/,
  ],
  ['kubelet-config', 'config.json', config, /^config\.json:1:77: warning: .*\[kubelet\/unknown-key\]$/],
  [
    'kubelet-environment',
    'etc/eks/kubelet/environment',
    'NODEADM_KUBELET_ARGS=--max-pods=10\n',
    /:1:22: warning: .*\[kubelet\/flag-has-field\]$/,
  ],
  [
    'kubelet-arguments',
    'arguments',
    '/usr/bin/kubelet --max-pods=10',
    /^arguments:1:18: warning: .*\[kubelet\/flag-has-field\]$/,
  ],
  [
    'containerd',
    'config.toml',
    '[plugins.cri]\nsandbox_image = "a"\n',
    /^config\.toml:1:1: error: .*\[containerd\/old-version\]$/,
  ],
]

test.for(files)('the linter of %s knows %s by itself', async ([, name, content, line]) => {
  const { status, lines } = await lint(name, content)
  expect(lines).toContainEqual(expect.stringMatching(line))
  expect(status).toBe(lines.some((each) => each.includes(': error: ')) ? 1 : 0)
})

test('every linter of the command line is shown above', () => {
  expect([...new Set(files.map(([linter]) => linter))].sort()).toEqual([...linterNames].sort())
})

test('a recording is known packed and unpacked', async () => {
  const text = readFileSync('fixtures/evidence/docker-node.json')
  for (const [name, content] of [
    ['evidence.json.gz', gzipSync(text)],
    ['evidence.json', text],
  ] as const) {
    expect((await lint(name, content)).status).toBe(0)
    expect((await lint(name, content, '--as', 'recording')).status).toBe(0)
  }
})

test('a waiver in amiproof.toml of a check that there is not is an error that names the nearest', async () => {
  const waiver = (id: string) =>
    `[[waiver]]\ncheck = "${id}"\nreason = "a"\nowner = "b"\nuntil = "2027-01-01"\n`
  const { status, lines } = await lint('amiproof.toml', waiver('containerd/versoin'))
  expect(lines).toEqual([
    'amiproof.toml:2:1: error: the waiver names no check that there is: containerd/versoin; did you mean containerd/version? [amiproof/unknown-waiver]',
  ])
  expect(status).toBe(1)
  expect((await lint('amiproof.toml', waiver('containerd/version'))).status).toBe(0)
})

test('--as says what a file is, whatever it looks like', async () => {
  expect((await lint('notes.txt', script, '--as', 'containerd')).lines).toContainEqual(
    expect.stringMatching(/\[containerd\/syntax\]$/),
  )
  expect((await lint('notes.txt', 'echo', '--as', 'containrd')).status).toBe(3)
})

test('a release decides what is wrong: 1.7 reads what 2.1 ignores', async () => {
  const v1 = '[plugins.cri]\nsandbox_image = "a"\n'
  expect((await lint('v1.toml', v1, '--containerd-version', '1.7.24')).status).toBe(0)
  expect((await lint('v1.toml', v1, '--containerd-version', '2.1.4')).status).toBe(1)
  expect((await lint('v1.toml', v1, '--kubernetes-version', '1.29')).status).toBe(0)
  expect((await lint('v1.toml', v1, '--containerd-version', 'new')).err).toBe(
    'amiproof lint: --containerd-version new is no version such as 1.35.2\n',
  )
})

test('which release was assumed is said, where none was named', async () => {
  expect((await lint('assumed.toml', 'version = 3\n')).err).toBe(
    'amiproof lint: reading assumed.toml as containerd 2.1 does; --containerd-version names another\n',
  )
  expect((await lint('assumed.toml', 'version = 3\n', '--containerd-version', '2.1.4')).err).toBe('')
})

test('what a NodeConfig gives the kubelet and containerd is looked at too', async () => {
  const text = `${nodeConfig.replace('nam:', 'name:')}  kubelet:
    config: {maxPod: 5}
    flags: [--pod-infra-container-image=x]
  containerd:
    config: |
      version = 3
      [plugins."io.containerd.grpc.v1.cri"]
      sandbox_image = "x"
`
  const { lines } = await lint('all.yaml', text, '--kubernetes-version', '1.35')
  expect(lines.map((line) => line.replace(/^[^:]+:(\d+:\d+): (\w+): .*\[(.*)\]$/, '$1 $2 $3'))).toEqual([
    '6:14 error kubelet/unknown-key',
    '7:13 error kubelet/removed-flag',
    '9:13 error user-data/containerd-config',
  ])
})

test('a file that is not there, or of no kind, ends with 3', async () => {
  expect(await lint('notes.txt', 'hello\n')).toMatchObject({ status: 3, lines: [] })
  expect((await lint('there.toml', 'version = 3\n', 'not-there.toml')).status).toBe(3)
})
