import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Evidence, ProbeOutput } from '../../src/facts/evidence.ts'
import { execOf } from '../../src/facts/evidence.ts'
import { redactEvidence } from '../../src/facts/redact.ts'

const numRuns = Number(process.env.AMIPROOF_RUNS ?? 500)
const key = Buffer.from('one run')

const output = (stdout: string): ProbeOutput => ({
  version: 1,
  exitCode: 0,
  timedOut: false,
  truncated: false,
  durationMs: 1,
  stdout,
  stderr: '',
})
const evidenceOf = (texts: Readonly<Record<string, string>>): Evidence => ({
  schema: 1,
  collector: '0',
  target: 'docker:x',
  collectedAt: '2026-11-20T10:00:00Z',
  durationMs: 1,
  capabilities: [],
  probes: Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, output(text)])),
})
const textsOf = (evidence: Evidence): readonly string[] =>
  Object.values(evidence.probes).map((probe) => Buffer.from(execOf(probe).stdout).toString('utf8'))

/** Where a node keeps secrets: each gives the secret away by what stands around it. */
const homes: Readonly<Record<string, (secret: string) => string>> = {
  'a kubeconfig token': (s) => `users:\n- name: kubelet\n  user:\n    token: ${s}\n`,
  'a kubeconfig password': (s) => `  user:\n    username: admin\n    password: "${s}"\n`,
  'a line of a file': (s) => `file /etc/x\n|password = ${s}\n`,
  'an environment file': (s) => `DB_PASSWORD=${s}\n`,
  'a quoted environment of a unit': (s) => `Environment="API_TOKEN=${s}" "A=b"\n`,
  'a process argument': (s) => `kubelet\u001f--bootstrap-token\u001f${s}\u001f--v=2\u001f\n`,
  'a flag with a value': (s) => `ExecStart=/usr/bin/x --client-secret=${s} --v=2\n`,
  'a bearer header': (s) => `Authorization: Bearer ${s}\n`,
  'a basic header of containerd': (s) =>
    `Authorization = ["Basic ${Buffer.from(`user:${s}`).toString('base64')}"]\n`,
  'JSON of a journal line': (s) => `{"MESSAGE":"got {\\"accessToken\\":\\"${s}\\"} here"}\n`,
  'a docker login': (s) =>
    `{"auths":{"r.example":{"auth":"${Buffer.from(`user:${s}`).toString('base64')}"}}}`,
  'a proxy': (s) => `HTTPS_PROXY=http://bob:${encodeURIComponent(s)}@proxy.example:3128\n`,
  'user data in base64': (s) =>
    Buffer.from(`#cloud-config\nruncmd:\n- export API_TOKEN=${s}\n`).toString('base64'),
  'user data in base64, wrapped': (s) =>
    (
      Buffer.from(`#cloud-config\nhostname: ip-10-0-0-1.ec2.internal\nexport API_TOKEN=${s}\n`)
        .toString('base64')
        .match(/.{1,76}/g) ?? []
    ).join('\n'),
  'an environment entry of a manifest': (s) => `- name: GITHUB_TOKEN\n  value: ${s}\n`,
  'a YAML block': (s) => `secret: |\n  ${s}\nnext: 1\n`,
}

/** How the same secret turns up in another probe, with nothing around it that gives it away. */
const spellings: Readonly<Record<string, (secret: string) => string>> = {
  plain: (s) => s,
  base64: (s) => Buffer.from(s).toString('base64'),
  'within base64': (s) => Buffer.from(`user:${s}@host`).toString('base64'),
  'within base64 after one byte more': (s) => Buffer.from(`users:${s}!`).toString('base64'),
  'within base64 after two bytes more': (s) => Buffer.from(`users.:${s}!`).toString('base64url'),
  'twice base64': (s) => Buffer.from(Buffer.from(`is ${s} it`).toString('base64')).toString('base64'),
  'URL-encoded': (s) => encodeURIComponent(s),
  hexadecimal: (s) => Buffer.from(s).toString('hex'),
  JSON: (s) => JSON.stringify(s),
}

const letters = [...'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789']
/** Distinctive, as generated secrets are: a digit and a capital among them, and the marks that passwords have. */
const secrets = fc
  .tuple(
    fc.array(fc.constantFrom(...letters), { minLength: 8, maxLength: 32 }),
    fc.array(fc.constantFrom(...letters, ...'._-+/=!@#%^*~'), { minLength: 2, maxLength: 10 }),
  )
  .map(([head, tail]) => `${head.join('')}7Q${tail.join('')}x`)

const cases = Object.keys(homes).flatMap((home) =>
  Object.keys(spellings).map((spelling) => [home, spelling] as const),
)

test('a secret that is planted anywhere survives nowhere, in no spelling', () => {
  fc.assert(
    fc.property(secrets, fc.constantFrom(...cases), (secret, [home, spelling]) => {
      const clean = redactEvidence(
        evidenceOf({
          planted: homes[home]?.(secret) ?? '',
          other: `before ${spellings[spelling]?.(secret)} after\n`,
        }),
        key,
      )
      const all = textsOf(clean).join('\n')
      for (const spell of Object.values(spellings).filter((_, at) => ![2, 3, 4, 5].includes(at)))
        expect(all).not.toContain(spell(secret).replaceAll('"', ''))
      const hidden = all.match(/[A-Za-z0-9+/_-]{12,}/g) ?? []
      for (const blob of hidden) {
        const once = Buffer.from(blob, 'base64').toString('latin1')
        expect(once).not.toContain(secret)
        expect(Buffer.from(once, 'base64').toString('latin1')).not.toContain(secret)
      }
      expect(all).toContain('before ')
      expect(all).toContain(' after')
    }),
    { numRuns },
  )
})

test('equal secrets stay equal, different ones stay different, and another key hides them otherwise', () => {
  fc.assert(
    fc.property(secrets, secrets, (one, other) => {
      fc.pre(!one.includes(other) && !other.includes(one))
      const clean = (text: string, by = key): string =>
        textsOf(redactEvidence(evidenceOf({ a: text }), by))[0] ?? ''
      const [first, second, third] = clean(`token=${one}\npassword: ${one}\ntoken=${other}\n`)
        .split('\n')
        .map((line) => /«redacted:[0-9a-f]{10}»/.exec(line)?.[0])
      expect(first).toBeDefined()
      expect(second).toBe(first)
      expect(third).not.toBe(first)
      expect(clean(`token=${one}\n`, Buffer.from('another run'))).not.toContain(first)
    }),
    { numRuns: Math.min(numRuns, 200) },
  )
})

test('redacting twice changes nothing more', () => {
  fc.assert(
    fc.property(secrets, fc.constantFrom(...Object.keys(homes)), (secret, home) => {
      const once = redactEvidence(evidenceOf({ a: homes[home]?.(secret) ?? '' }), key)
      expect(redactEvidence(once, key)).toEqual(once)
    }),
    { numRuns: Math.min(numRuns, 300) },
  )
})

test('text without secrets passes unchanged, whatever its bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const plain = Buffer.from([...bytes].map((byte) => (byte === 0x24 || byte === 0x3a ? 0x20 : byte)))
      const before: Evidence = {
        ...evidenceOf({}),
        probes: { a: { ...output(''), stdout: { base64: plain.toString('base64') } } },
      }
      const after = redactEvidence(before, key).probes.a
      expect(after && Buffer.from(execOf(after).stdout).equals(plain)).toBe(true)
    }),
    { numRuns },
  )
})
