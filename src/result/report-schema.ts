import { once } from '../lib/lazy.ts'
import { zod } from '../lib/zod.ts'
import { nodeSpecShape } from '../spec/node-spec.ts'
import type { Report } from './report.ts'
import { severities, statuses } from './result.ts'

/** The archived form of a report, `report.json`. Strict: a field that this version does not know is a mistake. */
const reportShape = once(() => {
  const z = zod()
  const text = z.string()
  const count = z.int().nonnegative()
  const instant = z.iso.datetime().describe('ISO 8601, UTC')
  const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
  const texts = z.array(text)

  const capability = z.enum([
    'systemd',
    'cgroup2',
    'kernel',
    'modules',
    'boot',
    'selinux',
    'imds',
    'network',
    'instance-store',
    'kubelet',
    'gpu',
  ])
  const controlRef = z.strictObject({ framework: text, id: text })
  const day = z.iso.date().describe('YYYY-MM-DD, UTC')

  const waiver = z.strictObject({
    check: text.exactOptional(),
    control: controlRef.exactOptional(),
    reason: text,
    owner: text,
    until: day.exactOptional(),
    reviewBy: day.exactOptional(),
    compensatedBy: text.exactOptional(),
    scope: z
      .strictObject({
        variant: text.exactOptional(),
        arch: text.exactOptional(),
        kubernetes: text.exactOptional(),
        instanceType: text.exactOptional(),
      })
      .exactOptional(),
  })

  const rule = z.strictObject({
    id: z.templateLiteral([z.string(), '/', z.string()]),
    title: text,
    phase: z.enum(['image', 'boot', 'join']),
    severity: z.enum(severities),
    tags: texts,
    controls: z.array(controlRef).exactOptional(),
    about: z.enum(['image', 'instance']).exactOptional(),
    needs: z.array(capability).exactOptional(),
    fix: text,
  })

  const common = {
    rule,
    evidence: z.array(z.strictObject({ probe: text, sha256, excerpt: text })),
    waiver: waiver.exactOptional(),
  }

  const result = z.discriminatedUnion('status', [
    z.strictObject({ ...common, status: z.literal('pass'), actual: z.unknown().exactOptional() }),
    z.strictObject({
      ...common,
      status: z.literal('fail'),
      actual: z.unknown(),
      expected: z.unknown(),
      where: text.exactOptional(),
    }),
    z.strictObject({ ...common, status: z.literal('manual'), reason: text }),
    z.strictObject({ ...common, status: z.literal('notApplicable'), reason: text }),
    z.strictObject({ ...common, status: z.literal('unproven'), reason: text }),
    z.strictObject({ ...common, status: z.literal('error'), message: text }),
  ])

  const runPhase = z.strictObject({
    name: text,
    status: z.enum(['ok', 'failed', 'skipped']),
    startedAt: instant,
    durationMs: z.number().nonnegative(),
    message: text.exactOptional(),
    blame: z.enum(['user', 'image', 'instance', 'aws', 'harness']).exactOptional(),
    code: text.exactOptional(),
    kind: z
      .enum(['usage', 'config', 'target', 'collect', 'fact', 'report', 'unproven', 'interrupted', 'bug'])
      .exactOptional(),
  })

  const subject = z.strictObject({
    id: text,
    address: text,
    host: text.exactOptional(),
    spec: nodeSpecShape().nullable(),
    specOrigin: z.enum(['file', 'node']).nullable(),
    requireProof: z.boolean(),
    capabilities: z.strictObject({ declared: z.array(capability), measured: z.array(capability) }),
    evidenceSha256: sha256.nullable(),
    versions: z.record(text, z.strictObject({ version: text, sha256: sha256.exactOptional() })),
    phases: z.array(runPhase),
    troubleshooting: z
      .strictObject({ enter: texts, commands: z.array(z.strictObject({ run: text, shows: text })) })
      .exactOptional(),
    results: z.array(result),
  })

  const standing = z.enum([...statuses, 'waived'])
  const tally = z.record(standing, count)

  return z.strictObject({
    schema: z.literal(1),
    tool: z.strictObject({ name: z.literal('amiproof'), version: text }),
    run: z.strictObject({
      id: text,
      startedAt: instant,
      finishedAt: instant,
      suites: texts,
      acceptInferred: z.boolean(),
      interrupted: z.boolean(),
    }),
    subjects: z.array(subject),
    controls: z.array(z.strictObject({ ...controlRef.shape, status: standing, checks: texts })),
    counts: z.strictObject({
      total: count,
      byStatus: tally,
      bySeverity: z.record(z.enum(severities), tally),
      phases: z.record(z.enum(['ok', 'failed', 'skipped']), count),
    }),
    waivers: z.strictObject({
      applied: z.array(z.strictObject({ waiver, subject: text, checks: texts })),
      expired: z.array(waiver),
      unknown: z.array(waiver),
      unused: z.array(waiver),
      unneeded: z.array(waiver),
      uncompensated: z.array(waiver),
    }),
    verdict: z.strictObject({
      status: z.enum(['pass', 'fail', 'undecided', 'impossible', 'interrupted']),
      failed: count,
      undecided: z.array(
        z.strictObject({
          why: z.enum(['error', 'instance', 'unproven', 'phase', 'nothing-evaluated', 'inferred-spec']),
          subject: text,
          message: text,
        }),
      ),
    }),
  })
})

/** Checks an archived report; throws zod's error with the path of every mistake. */
export const parseReport = (value: unknown): Report => reportShape().parse(value)

/** The JSON Schema (draft 2020-12) of `report.json`, as published in docs/schema. The spec has its own schema and is an object here. */
export const reportJsonSchema = (): unknown =>
  zod().toJSONSchema(reportShape(), {
    io: 'output',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema !== nodeSpecShape()) return
      for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key)
      Object.assign(jsonSchema, {
        type: 'object',
        required: ['schema', 'image'],
        description: 'NodeSpec, schema 1',
      })
    },
  })
