import { z } from 'zod'
import type { Check, Verdict } from '../checks/check.ts'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { nearest } from '../lib/nearest.ts'
import { type Capability, type Phase, severities } from '../result/result.ts'
import { OutOfTime, within } from './time-limit.ts'
import { untouchable, untouchableFacts } from './untouchable.ts'
import { loadModule } from './user-module.ts'

/** How long loading a module, and one call of a check, may take, in milliseconds. */
export interface Limits {
  readonly loadMs: number
  readonly callMs: number
}

const phases = { image: true, boot: true, join: true } as const satisfies Record<Phase, true>
const capabilities = {
  systemd: true,
  cgroup2: true,
  kernel: true,
  modules: true,
  boot: true,
  selinux: true,
  imds: true,
  network: true,
  'instance-store': true,
  kubelet: true,
  gpu: true,
} as const satisfies Record<Capability, true>

const text = z.string('expected text').refine((one) => one.trim() !== '', 'expected text, found none')
const called = z.custom<(value: never) => unknown>(
  (value) => typeof value === 'function',
  'expected a function',
)
const oneOf = <const T extends string>(known: readonly T[]) =>
  z.enum(known, {
    error: ({ input }) => `${shown(input)} is none of ${known.join(', ')}${hint(input, known)}`,
  })
const listOf = (one: z.ZodType) => z.array(one, 'expected a list')

/** What a check has to be, whoever wrote it. Functions cannot be looked into; their verdicts are checked when they give them. */
const CheckShape = z.strictObject({
  id: z
    .string('expected text')
    .regex(
      /^[A-Za-z0-9][\w.@:+-]*(?:\/[\w.@:+-]+)+$/,
      'expected subject/what-must-hold, of letters, digits and . _ @ : + -',
    ),
  title: text,
  phase: oneOf(Object.keys(phases)),
  severity: oneOf(severities),
  tags: listOf(text.refine((tag) => !/[\s,]/.test(tag), 'expected a tag without blanks and commas')).refine(
    (tags) => tags.length > 0,
    'expected at least one tag',
  ),
  fix: text,
  verify: called,
  controls: listOf(z.strictObject({ framework: text, id: text }, 'expected { framework, id }')).optional(),
  about: oneOf(['image', 'instance']).optional(),
  needs: listOf(oneOf(Object.keys(capabilities))).optional(),
  applies: called.optional(),
  unless: text.optional(),
})
const fields = Object.keys(CheckShape.shape)
const required = ['id', 'title', 'severity', 'phase', 'tags', 'fix', 'verify'] as const

/** A check, and the export that it came from. */
export interface UserCheck {
  readonly check: Check
  readonly from: string
}

/**
 * The checks that a module exports: every export, and every item of an exported list, that has a field of a check. Other exports are the
 * module's own business. Throws an {@link AmiproofError} of kind `config` for everything that can be wrong with it.
 */
export const userChecks = (path: string, limits: Limits): readonly UserCheck[] => {
  const loaded = loadModule(path, limits.loadMs)
  if ('trouble' in loaded) throw wrong(path, loaded.trouble, loaded.cause)
  const seen = new Set<unknown>()
  const found = Object.entries(loaded.exports).flatMap(([name, value]) => {
    const isList = Array.isArray(value) && value.some(isLikeCheck)
    const items: readonly unknown[] = isList ? value : isLikeCheck(value) ? [value] : []
    return items.flatMap((item, at): readonly UserCheck[] => {
      if (seen.has(item)) return []
      seen.add(item)
      const from = isList ? `${name}[${at}]` : name
      return [{ check: guarded(validated(item, path, from), limits), from: `${path}, export ${from}` }]
    })
  })
  if (found.length === 0)
    throw wrong(path, 'it exports no check; every check is an export of its own or in an exported list')
  return found
}

const isLikeCheck = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && required.some((key) => key in value)

const validated = (value: unknown, path: string, name: string): Check => {
  const bad = (why: string) => wrong(path, `export ${name}${why}`)
  if (!isLikeCheck(value)) throw bad(`: expected a check, found ${shown(value)}`)
  let parsed: ReturnType<typeof CheckShape.safeParse>
  try {
    const missing = required.filter((key) => Reflect.get(Object(value), key) === undefined)
    if (missing.length > 0) throw bad(` lacks ${missing.join(', ')}`)
    parsed = CheckShape.safeParse(value)
  } catch (error) {
    if (error instanceof AmiproofError) throw error
    throw bad(` cannot be read: ${messageOf(error)}`)
  }
  const issue = parsed.error?.issues[0]
  if (issue?.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys
    const known = issue.path.length > 0 ? ['framework', 'id'] : fields
    throw bad(
      `${pathOf([...issue.path, key])}: there is no such field${hint(key, known) || `; there are ${known.join(', ')}`}`,
    )
  }
  if (issue) throw bad(`${pathOf(issue.path)}: ${issue.message}`)
  // The schema has looked at every field; the object itself is kept for now, because its functions may use `this`.
  return value as Check
}

/** The check as the house calls it: what it gets cannot be changed, it cannot run forever, and what is no answer is an error. */
const guarded = (check: Check, { callMs }: Limits): Check => {
  const { id, title, phase, severity, tags, fix, controls, about, needs, unless } = check
  const answer = <T>(what: string, call: () => T): T => {
    const came = within(callMs, call)
    if (came instanceof OutOfTime)
      throw new Error(`${what} did not end within ${callMs / 1000} s and was stopped`)
    if (came instanceof Promise) {
      came.catch(() => undefined)
      throw new Error(`${what} returned a promise; a check answers at once, from facts that are there`)
    }
    return came
  }
  return {
    id,
    title,
    phase,
    severity,
    tags,
    fix,
    ...(controls ? { controls } : {}),
    ...(about ? { about } : {}),
    ...(needs ? { needs } : {}),
    ...(unless ? { unless } : {}),
    ...(check.applies
      ? {
          applies: (spec) => {
            const does: unknown = answer('applies', () => check.applies?.(untouchable(spec)))
            if (typeof does !== 'boolean')
              throw new Error(`applies returned ${shown(does)}, expected true or false`)
            return does
          },
        }
      : {}),
    verify: ({ spec, facts }): Verdict =>
      answer('verify', () => check.verify({ spec: untouchable(spec), facts: untouchableFacts(facts) })),
  }
}

const pathOf = (path: readonly PropertyKey[]): string =>
  path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')

const shown = (value: unknown): string =>
  typeof value === 'string'
    ? JSON.stringify(value.slice(0, 60))
    : value === null
      ? 'null'
      : `a ${typeof value}`

const hint = (word: unknown, known: readonly string[]): string => {
  const near = typeof word === 'string' ? nearest(word, known) : undefined
  return near ? `, did you mean ${near}?` : ''
}

const wrong = (path: string, why: string, cause?: unknown): AmiproofError =>
  new AmiproofError(`cannot load the checks of ${path}: ${why}`, {
    kind: 'config',
    code: 'bad-check-module',
    op: `load ${path}`,
    blame: 'user',
    ...(cause === undefined ? {} : { cause }),
  })
