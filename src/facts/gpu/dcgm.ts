import { once } from '../../lib/lazy.ts'
import { zod } from '../../lib/zod.ts'

export interface DcgmTest {
  readonly category: string
  readonly name: string
  /** GPUs or other entities that the result is about, as it was printed; empty: all together. */
  readonly entity: string
  readonly status: 'pass' | 'fail' | 'warn' | 'skip' | 'unknown'
  readonly warnings: readonly {
    readonly text: string
    /** DCGM 4, errors.h: 0 none, 1 monitor, 2 isolate, 3 unknown, 4 triage, 5 configuration, 6 reset. */
    readonly severity: number | undefined
  }[]
}

export interface Dcgm {
  readonly tests: readonly DcgmTest[]
  readonly driver: string | undefined
}

const diagnosticShape = once(() => {
  const z = zod()
  const Warning = z.object({ warning: z.string(), error_severity: z.number().optional() })
  const Outcome = z.object({
    status: z.string(),
    entity_id: z.number().optional(),
    entity_group: z.string().optional(),
    gpu_ids: z.string().optional(),
    gpu_id: z.union([z.string(), z.number()]).optional(),
    warnings: z.array(Warning).optional(),
  })
  const Diagnostic = z.object({
    test_categories: z.array(
      z.object({
        category: z.string(),
        tests: z.array(
          z.object({
            name: z.string(),
            results: z.array(Outcome).optional(),
            test_summary: Outcome.optional(),
          }),
        ),
      }),
    ),
  })
  return z.object({
    'DCGM Diagnostic': Diagnostic.optional(),
    'DCGM GPU Diagnostic': Diagnostic.optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
  })
})

/** Reads `dcgmi diag -j`, versions 3 and 4, with the prose that dcgmi prints around its JSON. */
export const readDcgm = (text: string): Dcgm => {
  const [from, to] = [text.indexOf('{'), text.lastIndexOf('}')]
  if (from < 0 || to < from) throw new Error('there is no JSON in what dcgmi printed')
  const report = diagnosticShape().parse(JSON.parse(text.slice(from, to + 1)))
  const diagnostic = report['DCGM Diagnostic'] ?? report['DCGM GPU Diagnostic']
  if (!diagnostic) throw new Error('the JSON has neither "DCGM Diagnostic" nor "DCGM GPU Diagnostic"')
  const driver = report.metadata?.['Driver Version Detected']
  return {
    driver: typeof driver === 'string' ? driver : undefined,
    tests: diagnostic.test_categories.flatMap(({ category, tests }) =>
      tests.flatMap(({ name, results = [], test_summary: summary }) =>
        (results.length > 0 ? results : summary ? [summary] : []).map((one) => ({
          category,
          name,
          entity: String(
            one.gpu_ids ??
              one.gpu_id ??
              (one.entity_id === undefined ? '' : `${one.entity_group ?? ''}${one.entity_id}`),
          ),
          status: statusOf(one.status),
          warnings: (one.warnings ?? []).map(({ warning, error_severity }) => ({
            text: warning.slice(0, 300),
            severity: error_severity,
          })),
        })),
      ),
    ),
  }
}

const statusOf = (status: string): DcgmTest['status'] => {
  const word = status.toLowerCase()
  return word === 'pass' || word === 'fail' || word === 'warn' || word === 'skip' ? word : 'unknown'
}
