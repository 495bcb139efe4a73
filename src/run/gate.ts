import { randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Evidence } from '../facts/evidence.ts'
import type { Report } from '../result/report.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { splitAddress } from '../targets/open.ts'
import { refuseBadAddress } from './addresses.ts'
import { assemble } from './assemble.ts'
import { loadCatalogue } from './catalogue.ts'
import type { Settings } from './config.ts'
import { type Examination, examine } from './examine.ts'
import type { Log } from './log.ts'
import { selectChecks } from './select.ts'
import { readSpecToJudge } from './spec-file.ts'
import { subjectIds } from './subject-id.ts'
import type { Terminal } from './terminal.ts'

/** What a run found, and the evidence it found it in, by subject. */
export interface Gated {
  readonly report: Report
  readonly evidence: ReadonlyMap<string, Evidence>
}

/** Nodes that are examined at the same time. */
const width = 4

/** A run's id: when it began, and a suffix for those that began together. Sorts by time, good in file and container names. */
export const newRunId = (now: Date): string =>
  `${now.toISOString().replace(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`.toLowerCase()

/**
 * Collects, judges and reports every target. Throws an {@link AmiproofError} of kind `usage` or `config` before anything is opened when
 * what was asked is impossible, as `whenPlanned` may still say; after that everything that goes wrong is in the report.
 */
export const gate = async (
  run: string,
  settings: Settings,
  terminal: Pick<Terminal, 'env' | 'cwd' | 'now' | 'version'>,
  log: Log,
  signal: AbortSignal,
  whenPlanned: () => void = () => {},
): Promise<Gated> => {
  const startedAt = terminal.now().toISOString()
  const { checks: rules } = loadCatalogue(settings)
  // What a module left behind that throws shows now, and not after the verdict.
  await setImmediate()
  const checks = selectChecks(rules, settings.suites)
  const given = settings.spec === undefined ? undefined : readSpecToJudge(settings.spec)
  const addresses = settings.targets.length > 0 ? settings.targets : ['docker:']
  for (const address of addresses) refuseBadAddress(address)
  whenPlanned()
  const ids = subjectIds(addresses)
  const examination: Examination = {
    run,
    suites: settings.suites,
    checks,
    ...(settings.requireProof === undefined ? {} : { requireProof: settings.requireProof }),
    specFor: async (address) => given ?? (await ownSpec(address)),
    terminal,
    log,
    signal,
  }
  const examined = await eachOf(addresses, width, (address, at) =>
    examine(ids[at] ?? address, address, examination),
  )
  log.progress('writing the reports')
  const subjects = examined.map(({ subject }) => subject)
  const report = assemble({
    version: terminal.version,
    run: {
      id: run,
      startedAt,
      finishedAt: terminal.now().toISOString(),
      suites: settings.suites,
      acceptInferred: settings.acceptInferred,
      interrupted:
        signal.aborted || subjects.some(({ phases }) => phases.some(({ kind }) => kind === 'interrupted')),
    },
    subjects,
    waivers: settings.waivers,
    rules,
  })
  const evidence = examined.flatMap(({ subject, evidence: one }) => (one ? [[subject.id, one] as const] : []))
  return { report, evidence: new Map(evidence) }
}

/** The default node comes with the spec that its image was made from. */
const ownSpec = async (address: string): Promise<NodeSpec | undefined> => {
  const { scheme, rest } = splitAddress(address)
  if (scheme !== 'docker' || (rest !== '' && !rest.startsWith('?'))) return undefined
  const { nodeSpecPath, nodeVariant } = await import('../targets/node-image.ts')
  const spec = readSpecToJudge(nodeSpecPath(nodeVariant(rest)))
  return { ...spec, image: { ...spec.image, arch: process.arch === 'arm64' ? 'arm64' : 'x86_64' } }
}

/** Maps with at most `limit` at a time; results in the order of the items. */
const eachOf = async <T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, at: number) => Promise<R>,
): Promise<readonly R[]> => {
  const results: R[] = []
  const queue = items.entries()
  const lane = async () => {
    for (const [at, item] of queue) results[at] = await work(item, at)
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane))
  return results
}
