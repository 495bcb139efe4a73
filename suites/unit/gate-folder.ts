import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Evidence } from '../../src/facts/evidence.ts'
import { probes } from '../../src/facts/index.ts'
import { gateVerb } from '../../src/run/gate-verb.ts'
import type { Terminal } from '../../src/run/terminal.ts'

const said = (probe: keyof typeof probes, stdout: string) => ({
  version: probes[probe].version,
  exitCode: 0,
  timedOut: false,
  truncated: false,
  durationMs: 3,
  stdout,
  stderr: '',
})

/** Evidence of one probe: all others are missing, as from an amiproof that did not know them. */
export const evidence = (osRelease = 'ID=debian\nVERSION_ID="13"\n'): Evidence => ({
  schema: 1,
  collector: '0.1.0',
  target: 'docker:somewhere',
  collectedAt: '2026-11-20T08:00:00.000Z',
  durationMs: 12,
  capabilities: ['systemd', 'network'],
  probes: { osRelease: said('osRelease', osRelease) },
})

export const spec = {
  schema: 1,
  image: { os: 'debian13', arch: 'x86_64', kubernetes: '1.35.2', containerd: '1.7.24' },
}

const rule = (id: string, more: string) =>
  `export const ${id} = { id: 'ours/${id}', title: '${id} holds', phase: 'boot', severity: 'high', tags: ['ours', '${id}'], fix: 'Repair it.', ${more} }`

/** One check for each way to end. */
export const checks = [
  rule('passes', `verify: ({ facts }) => ({ status: 'pass', actual: facts.osRelease.ID })`),
  rule(
    'fails',
    `verify: ({ facts }) => ({ status: 'fail', actual: facts.osRelease, expected: {}, where: '/etc/os-release' })`,
  ),
  rule('breaks', `verify: () => { throw new Error('probe broke') }`),
  rule('asks', `verify: () => ({ status: 'manual', reason: 'look' })`),
  rule('cannot', `needs: ['gpu'], verify: () => ({ status: 'pass' })`),
  rule('old', `verify: ({ facts }) => ({ status: 'pass', actual: facts.units })`),
  rule('never', `applies: () => false, verify: () => ({ status: 'pass' })`),
  rule('condemns', `about: 'instance', verify: () => ({ status: 'fail', actual: 1, expected: 0 })`),
].join('\n')

/** A folder to run a gate in: evidence, a spec, checks of its own, and amiproof.toml. */
export const gateFolder = (files: Readonly<Record<string, string>> = {}): string => {
  const dir = mkdtempSync(join(tmpdir(), 'amiproof-run-'))
  const all = {
    'evidence.json': JSON.stringify(evidence()),
    'spec.json': JSON.stringify(spec),
    'ours.ts': checks,
    'amiproof.toml': 'checks = ["ours.ts"]\nspec = "spec.json"\ntargets = ["evidence:evidence.json"]\n',
    ...files,
  }
  for (const [name, text] of Object.entries(all)) writeFileSync(join(dir, name), text)
  return dir
}

/** Runs `amiproof gate` in this process. */
export const runGate = async (
  cwd: string,
  args: readonly string[],
  env: Terminal['env'] = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> => {
  let out = ''
  let err = ''
  const code = await gateVerb(args, {
    env: { DOCKER_HOST: 'unix:///nowhere', ...env },
    cwd,
    version: '0.1.0',
    now: () => new Date(),
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    outIsTty: false,
    errIsTty: false,
  })
  return { code, out, err }
}
