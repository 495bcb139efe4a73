import { createHash } from 'node:crypto'
import { standingOf } from '../result/counts.ts'
import type { Report, RunPhase, Subject } from '../result/report.ts'
import type { Result } from '../result/result.ts'
import { isInScope, lastDayOf, namesRule } from '../result/waiver-match.ts'
import { group, type JUnitCase, type JUnitDocument, type JUnitSuite } from './junit-document.ts'
import { junitXml } from './junit-xml.ts'
import type { Reporter } from './reporter.ts'
import { acceptedBy, reasonOf, show, showBrief } from './show.ts'

/** `junit.xml`, valid everywhere. */
export const junitStrict: Reporter = (report) => junitXml(junitDocument(report))

/**
 * A report as JUnit has it: one suite per subject for the run itself, with a case per phase, so that a node that could not be examined
 * still has a full report; and one per subject and suite of checks. Names stay the same from run to run.
 */
export const junitDocument = (report: Report): JUnitDocument => ({
  name: 'amiproof gate',
  seconds: (Date.parse(report.run.finishedAt) - Date.parse(report.run.startedAt)) / 1_000,
  suites: report.subjects.flatMap((subject) => suitesOf(subject, report)),
})

const suitesOf = (subject: Subject, report: Report): readonly JUnitSuite[] => {
  const { image } = subject.spec ?? {}
  const variant = image ? `${image.os}-${image.arch}-${image.variant}` : 'unknown'
  const properties = propertiesOf(subject, report)
  const suite = (name: string, cases: readonly JUnitCase[], ms = 0): JUnitSuite => ({
    name: `eks-ami.${variant}.${name}`,
    startedAt: report.run.startedAt,
    seconds: ms / 1_000,
    hostname: subject.host ?? subject.id,
    package: group('amiproof', name),
    properties,
    cases,
  })
  const bySuite = Map.groupBy(subject.results, ({ rule }) => suiteOf(rule.tags, report.run.suites))
  return [
    suite(
      'run',
      [...subject.phases.map((phase) => phaseCase(phase, subject)), decidedCase(subject, report)],
      subject.phases.reduce((sum, { durationMs }) => sum + durationMs, 0),
    ),
    ...[...bySuite].map(([name, results]) =>
      suite(
        name,
        results.map((result) => resultCase(result, subject, name, report)),
      ),
    ),
  ]
}

/** A rule is listed once: in the first of its suites that was asked for. */
const suiteOf = (tags: readonly string[], chosen: readonly string[]): string =>
  tags.find((tag) => chosen.includes(tag)) ?? tags[0] ?? 'checks'

const phaseCase = (phase: RunPhase, subject: Subject): JUnitCase => ({
  classname: 'amiproof.phase',
  name: `[phase/${phase.name}] ${phase.name} (${subject.id})`,
  seconds: phase.durationMs / 1_000,
  properties: phase.blame ? [['blame', phase.blame]] : [],
  ...(phase.status === 'failed'
    ? {
        outcome: {
          kind: phase.blame === 'image' ? ('failure' as const) : ('error' as const),
          type: phase.blame === 'image' ? 'finding.boot' : `infra.${phase.code ?? phase.kind ?? 'unknown'}`,
          message: phase.message ?? 'no reason given',
          body: phase.message ?? 'no reason given',
        },
      }
    : {}),
  ...(phase.status === 'skipped'
    ? { outcome: { kind: 'skipped' as const, type: 'phase', message: phase.message ?? 'not reached' } }
    : {}),
})

/** What makes a run undecided without a red case of its own: nothing evaluated, an inferred spec, proof that is required. */
const decidedCase = (subject: Subject, report: Report): JUnitCase => {
  const silent = report.verdict.undecided.filter(
    ({ subject: id, why }) =>
      id === subject.id && (why === 'nothing-evaluated' || why === 'inferred-spec' || why === 'unproven'),
  )
  const [first] = silent
  return {
    classname: 'amiproof.verdict',
    name: `[run/decided] what was asked could be decided (${subject.id})`,
    seconds: 0,
    properties: [],
    ...(first
      ? {
          outcome: {
            kind: 'error',
            type: `undecided.${first.why}`,
            message: silent.map(({ message }) => message).join('; '),
          },
        }
      : {}),
  }
}

const resultCase = (result: Result, subject: Subject, suite: string, report: Report): JUnitCase => {
  const { rule } = result
  const [topic = rule.id] = rule.id.split('/')
  const outcome = outcomeOf(result, subject, report)
  const controls = (rule.controls ?? []).map(({ framework, id }) => `${framework}/${id}`)
  return {
    classname: group(suite, topic),
    name: `[${rule.id}] ${rule.title} (${subject.id})`,
    seconds: 0,
    properties: [
      ['check', rule.id],
      ['status', standingOf(result)],
      ['severity', rule.severity],
      ['phase', rule.phase],
      ...(controls.length > 0 ? [['controls', controls.join(' ')] as const] : []),
      ...(rule.about === 'instance' ? [['about', 'instance'] as const] : []),
      ...result.evidence.map(({ probe, sha256 }) => ['evidence', `${probe} sha256:${sha256}`] as const),
    ],
    ...(outcome ? { outcome } : {}),
    ...(result.status === 'pass' ? {} : { output: blockOf(result) }),
  }
}

/** What a person reads below a result that is not a pass. */
const blockOf = (result: Result): string => {
  const { rule, evidence, waiver } = result
  return [
    ...(result.status === 'fail'
      ? [
          ...(result.where ? [`path: ${result.where}`] : []),
          `expected: ${show(result.expected)}`,
          `actual: ${show(result.actual)}`,
        ]
      : [`reason: ${reasonOf(result)}`]),
    ...(waiver ? [`waived ${acceptedBy(waiver)}`] : []),
    ...(result.status === 'notApplicable' ? [] : [`fix: ${rule.fix}`]),
    ...evidence.map(({ probe, sha256, excerpt }) => `evidence: ${probe} sha256:${sha256}\n${excerpt}`),
  ].join('\n')
}

const outcomeOf = (result: Result, subject: Subject, report: Report): JUnitCase['outcome'] => {
  const message = reasonOf(result)
  switch (result.status) {
    case 'pass':
      return undefined
    case 'fail': {
      if (result.waiver)
        return {
          kind: 'skipped',
          type: 'waived',
          message: `WAIVED ${acceptedBy(result.waiver)}; actual: ${showBrief(result.actual)}`,
        }
      const lapsed = report.waivers.expired.find(
        (waiver) => namesRule(waiver, result.rule) && isInScope(waiver, subject.spec),
      )
      const kind = result.rule.about === 'instance' ? 'instance' : 'finding'
      return {
        kind: 'failure',
        type: lapsed ? 'waiver.expired' : `${kind}.${result.rule.severity}`,
        message: lapsed ? `the waiver of ${lapsed.owner} ended on ${lastDayOf(lapsed)}; ${message}` : message,
        body: `${result.rule.title}\n${blockOf(result)}`,
      }
    }
    case 'error':
      return { kind: 'error', type: 'check.error', message, body: `${result.rule.title}\n${blockOf(result)}` }
    case 'manual':
      return { kind: 'skipped', type: 'manual', message }
    case 'notApplicable':
      return { kind: 'skipped', type: 'na', message }
    case 'unproven':
      return { kind: 'skipped', type: 'fidelity', message }
    default:
      return result satisfies never
  }
}

const propertiesOf = (subject: Subject, report: Report): JUnitSuite['properties'] => {
  const { spec } = subject
  const known: readonly (readonly [string, string | undefined])[] = [
    ['run_id', report.run.id],
    ['harness_version', report.tool.version],
    ['target', subject.address],
    ['os', spec?.image.os],
    ['arch', spec?.image.arch],
    ['variant', spec?.image.variant],
    ['k8s_version', spec?.image.kubernetes],
    ['instance_type', spec?.instance?.type],
    ['region', spec?.instance?.region],
    ['spec_origin', subject.specOrigin ?? undefined],
    ['spec_sha256', spec ? createHash('sha256').update(JSON.stringify(spec)).digest('hex') : undefined],
    ['evidence_sha256', subject.evidenceSha256 ?? undefined],
    ['fidelity', subject.capabilities.measured.join(' ') || undefined],
    ...Object.entries(subject.versions).map(([name, { version }]) => [`version_${name}`, version] as const),
  ]
  return known.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
}
