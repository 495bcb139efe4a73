import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSpecToJudge } from '../../src/run/spec-file.ts'
import { gateFolder, runGate } from './gate-folder.ts'

const good = readFileSync('fixtures/specs/docker-node.json', 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'amiproof-spec-'))
const refused = (content: string | Uint8Array): string => {
  const path = join(folder, 'spec.json')
  writeFileSync(path, content)
  try {
    readSpecToJudge(path)
    return 'accepted'
  } catch (error) {
    return error instanceof Error ? error.message.replace(path, 'SPEC') : ''
  }
}
const changed = (pattern: RegExp, to: string): string => {
  expect(good).toMatch(pattern)
  return good.replace(pattern, to)
}

test('the specs of our own node describe a node that works', () => {
  expect(refused(good)).toBe('accepted')
  expect(refused(readFileSync('fixtures/specs/docker-node-containerd-2.json'))).toBe('accepted')
})

test.for([
  [/m5\.large/, 'm5.largee', /instance type "m5\.largee" is not in the table/],
  [/"certificateAuthority": "[^"]*"/, '"certificateAuthority": "%%"', /certificateAuthority is not base64/],
  [/10\.100\.0\.0\/16/, '10.100.0.0/99', /10\.100\.0\.0\/99/],
  [/version = 2\\n/, 'version = = 2\\n', /containerd/],
  [/https:\/\/0/, 'htp://0', /join\.spec\.cluster\.apiServerEndpoint is "htp:.*https:\/\/ URL/],
  [
    /"podPidsLimit": 1024/,
    '"podPidsLimit": "lots"',
    /join\.spec\.kubelet\.config\.podPidsLimit is a string and must be a number/,
  ],
] as const)('a spec with %s as %s is refused in one sentence', ([pattern, to, message]) => {
  const said = refused(changed(pattern, to))
  expect(said).toMatch(/^the spec SPEC describes no node that works: /)
  expect(said).toMatch(message)
  expect(said.split('\n')).toHaveLength(1)
})

test('a key that is written twice is named by its path', () => {
  expect(refused(changed(/"os": "debian13",/, '"os": "debian13", "os": "al2023",'))).toBe(
    'reading SPEC: image.os: written twice; keep one',
  )
})

test('bytes that are no UTF-8 are named by their line', () => {
  const bytes = Buffer.from(changed(/us-west-2a/, 'us-west-2\u00e9'), 'latin1')
  expect(refused(bytes)).toBe('reading SPEC: line 12 is not UTF-8; save the file as UTF-8')
})

test('a gate refuses it before anything is opened', async () => {
  const dir = gateFolder({ 'spec.json': changed(/m5\.large/, 'm5.largee') })
  await expect(runGate(dir, [])).rejects.toMatchObject({ kind: 'config', code: 'spec-impossible' })
})
