import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import type { Check } from '../checks/check.ts'
import { checks as house } from '../checks/index.ts'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { severities } from '../result/result.ts'

/** What a check has to be, whoever wrote it. Functions cannot be looked into; their verdicts are checked when they give them. */
const CheckShape = z.object({
  id: z.string().regex(/^[^/\s]+\/\S+$/, 'expected subject/what-must-hold'),
  title: z.string().min(1),
  phase: z.enum(['image', 'boot', 'join']),
  severity: z.enum(severities),
  tags: z.array(z.string()).min(1),
  fix: z.string().min(1),
  verify: z.custom<Check['verify']>((value) => typeof value === 'function', 'expected a function'),
  applies: z
    .custom<Check['applies']>((value) => typeof value === 'function', 'expected a function')
    .optional(),
})

/** The checks of the house and those of the user's modules: every export, or list of exports, that is meant as a check. */
export const loadChecks = async (modules: readonly string[]): Promise<readonly Check[]> => {
  const loaded = await Promise.all(modules.map(checksOf))
  return [...house, ...loaded.flat()]
}

const checksOf = async (path: string): Promise<readonly Check[]> => {
  const found: Readonly<Record<string, unknown>> = await import(pathToFileURL(path).href).catch(
    (cause: unknown) => {
      throw wrong(path, messageOf(cause), cause)
    },
  )
  const checks = Object.entries(found).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one: unknown) => validated(one, path, name)),
  )
  if (checks.length === 0) throw wrong(path, 'it exports no check')
  return checks
}

const validated = (value: unknown, path: string, name: string): Check => {
  const parsed = CheckShape.safeParse(value)
  const issue = parsed.error?.issues[0]
  if (issue)
    throw wrong(path, `${name}${issue.path.map((key) => `.${String(key)}`).join('')}: ${issue.message}`)
  // The schema has looked at every field that is not optional data; the object itself is kept, because it may use `this`.
  return value as Check
}

const wrong = (path: string, why: string, cause?: unknown): AmiproofError =>
  new AmiproofError(`cannot load the checks of ${path}: ${why}`, {
    kind: 'config',
    code: 'bad-check-module',
    op: `load ${path}`,
    blame: 'user',
    ...(cause === undefined ? {} : { cause }),
  })
