import { resolve } from 'node:path'
import type { Check } from '../checks/check.ts'
import type { Evidence } from '../facts/evidence.ts'
import type { RunPhase, Subject } from '../result/report.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { openTarget, splitAddress } from '../targets/open.ts'
import { ownerHere } from '../targets/owner.ts'
import type { Target } from '../targets/target.ts'
import { collect } from './collect.ts'
import { judge } from './judge.ts'
import type { Log } from './log.ts'
import { type Phases, trackPhases } from './phases.ts'
import { readRecording } from './recording.ts'
import type { Terminal } from './terminal.ts'

/** What collecting from a node needs. */
export interface Collecting {
  readonly run: string
  readonly suites: readonly string[]
  readonly terminal: Pick<Terminal, 'env' | 'cwd' | 'now' | 'version'>
  readonly log: Log
  readonly signal: AbortSignal
}

/** Everything a node is examined with. */
export interface Examination extends Collecting {
  readonly checks: readonly Check[]
  readonly requireProof?: boolean
  readonly specFor: (address: string) => Promise<NodeSpec | undefined>
}

/** After this nobody needs what a run made, whatever became of it. */
const lifetimeMinutes = 120

/** Opens, collects, closes, judges. Never rejects: what goes wrong is a phase of the subject. */
export const examine = async (
  id: string,
  address: string,
  examination: Examination,
): Promise<{ readonly subject: Subject; readonly evidence?: Evidence }> => {
  const { terminal, requireProof } = examination
  const log = examination.log.with({ node: id })
  const phases = trackPhases(terminal.now, (name) => log.info(`${name} begins`, { phase: name }))
  const spec = await phases.run('spec', () => examination.specFor(address))
  const evidence = await gather(address, phases, { ...examination, log })
  const judged = await phases.run('judge', () => evidence && judge(evidence, spec, examination.checks))
  for (const { name, status, message } of phases.recorded())
    if (status === 'failed') log.info(message ?? 'no reason given', { phase: name })
  return {
    subject: {
      id,
      address,
      spec: spec ?? null,
      specOrigin: spec?.origin ?? null,
      requireProof: requireProof ?? /^(ec2|ssm):/.test(address),
      capabilities: { declared: evidence?.capabilities ?? [], measured: [] },
      evidenceSha256: null,
      versions: {},
      results: [],
      ...judged,
      phases: phases.recorded(),
    },
    ...(evidence ? { evidence } : {}),
  }
}

/** Opens, collects and closes, without judging. */
export const examineAlone = async (
  address: string,
  collecting: Collecting,
): Promise<{ readonly evidence: Evidence | undefined; readonly phases: readonly RunPhase[] }> => {
  const { terminal } = collecting
  const phases = trackPhases(terminal.now)
  const evidence = await gather(address, phases, collecting)
  return { evidence, phases: phases.recorded() }
}

const gather = (address: string, phases: Phases, collecting: Collecting): Promise<Evidence | undefined> =>
  splitAddress(address).scheme === 'evidence'
    ? phases.run('read', () => readRecording(resolve(collecting.terminal.cwd, splitAddress(address).rest)))
    : evidenceFrom(address, phases, collecting)

/** The evidence of a place that runs scripts; the place is closed whatever happens. */
const evidenceFrom = async (
  address: string,
  phases: Phases,
  { run, suites, terminal, log, signal }: Collecting,
): Promise<Evidence | undefined> => {
  const { env, now, version } = terminal
  const target = await phases.run('open', () => {
    log.progress(`opening ${address}`)
    const owner = ownerHere(run, lifetimeMinutes, now())
    return openTarget(address, { owner, env, signal, progress: log.progress })
  })
  const evidence = await phases.run('collect', () => {
    log.progress('collecting evidence')
    return collect(opened(target), { collector: version, suites, signal, now })
  })
  if (target)
    await phases.always('close', async () => {
      log.progress('closing')
      await target[Symbol.asyncDispose]()
    })
  return evidence
}

const opened = (target: Target | undefined): Target => {
  if (!target) throw new Error('the phase before gave no target')
  return target
}
