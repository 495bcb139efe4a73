import { controlsOf, countsOf } from '../../src/result/counts.ts'
import type { Report, Subject, WaiverReport } from '../../src/result/report.ts'
import type { Outcome, Result, Rule } from '../../src/result/result.ts'
import { verdictOf } from '../../src/result/verdict.ts'
import type { NodeSpec } from '../../src/spec/node-spec.ts'
import { parseNodeSpec } from '../../src/spec/parse-node-spec.ts'

export const spec: NodeSpec = parseNodeSpec({
  schema: 1,
  image: { os: 'debian13', arch: 'x86_64', kubernetes: '1.35.2', containerd: '1.7.24' },
})

export const rule = (id: Rule['id'], more: Partial<Rule> = {}): Rule => ({
  id,
  title: `${id} holds`,
  phase: 'boot',
  severity: 'high',
  tags: ['node'],
  fix: `Repair ${id}.`,
  ...more,
})

export const result = (id: Rule['id'], outcome: Outcome, more: Partial<Rule> = {}): Result => ({
  rule: rule(id, more),
  evidence: [{ probe: 'sysctl', sha256: 'a'.repeat(64), excerpt: 'net.ipv4.ip_forward = 0' }],
  ...outcome,
})

export const subject = (results: readonly Result[], more: Partial<Subject> = {}): Subject => ({
  id: 'docker-node',
  address: 'docker:amiproof/node:1',
  spec,
  specOrigin: 'file',
  requireProof: false,
  capabilities: { declared: ['systemd'], measured: ['systemd'] },
  evidenceSha256: 'e'.repeat(64),
  versions: { containerd: { version: '1.7.24', sha256: 'c'.repeat(64) } },
  phases: [{ name: 'open', status: 'ok', startedAt: '2026-11-20T08:00:00.000Z', durationMs: 1200 }],
  results,
  ...more,
})

const noWaivers: WaiverReport = {
  applied: [],
  expired: [],
  unknown: [],
  unused: [],
  unneeded: [],
  uncompensated: [],
}

export const report = (subjects: readonly Subject[], run: Partial<Report['run']> = {}): Report => {
  const judged = {
    run: {
      id: '20261120T080000Z-abc123',
      startedAt: '2026-11-20T08:00:00.000Z',
      finishedAt: '2026-11-20T08:00:05.250Z',
      suites: [],
      acceptInferred: false,
      interrupted: false,
      ...run,
    },
    subjects,
  }
  return {
    schema: 1,
    tool: { name: 'amiproof', version: '0.1.0' },
    ...judged,
    controls: controlsOf(subjects),
    counts: countsOf(subjects),
    waivers: noWaivers,
    verdict: verdictOf(judged),
  }
}

export const failing = (id: Rule['id'] = 'network/ip-forward', more: Partial<Rule> = {}): Result =>
  result(id, { status: 'fail', actual: '0', expected: '1', where: '/proc/sys/net/ipv4/ip_forward' }, more)
export const passing = (id: Rule['id'] = 'network/bridge', more: Partial<Rule> = {}): Result =>
  result(id, { status: 'pass' }, more)
