import { z } from 'zod'
import type { Waiver } from '../result/result.ts'

const text = z.string().trim().min(1)

/** A day, quoted or not: TOML's own dates arrive as dates, and a time of day is refused. */
const day = z.preprocess(
  (value) => (value instanceof Date ? value.toISOString() : value),
  z.iso.date('expected a day as YYYY-MM-DD'),
)

/** A waiver as people write it: names one check or one control, says why and who, and ends. */
export const WaiverSchema: z.ZodType<Waiver> = z
  .strictObject({
    check: text.exactOptional(),
    control: z.strictObject({ framework: text, id: text }).exactOptional(),
    reason: text,
    owner: text,
    until: day.exactOptional(),
    reviewBy: day.exactOptional(),
    compensatedBy: text.exactOptional(),
    scope: z
      .strictObject({
        variant: text.exactOptional(),
        arch: text.exactOptional(),
        kubernetes: z
          .string()
          .regex(/^\d+\.\d+$/, 'expected a Kubernetes minor such as "1.35"')
          .exactOptional(),
        instanceType: text.exactOptional(),
      })
      .exactOptional(),
  })
  .refine(({ check, control }) => (check === undefined) !== (control === undefined), {
    message: 'names one check or one control, not both and not neither',
  })
  .refine(({ until, reviewBy }) => (until === undefined) !== (reviewBy === undefined), {
    message: 'ends with until or reviewBy, not both and not neither',
  })
  .refine(({ reviewBy, compensatedBy }) => reviewBy === undefined || compensatedBy !== undefined, {
    message: 'reviewBy needs compensatedBy, the check that has to pass meanwhile',
    path: ['compensatedBy'],
  })

/** A file of waivers that amiproof.toml names. */
export const WaiverFile = z.strictObject({ waiver: z.array(WaiverSchema).default([]) })

/** `amiproof.toml`. Paths in it are relative to it. */
export const ConfigFile = z.strictObject({
  targets: z.array(text).exactOptional(),
  spec: text.exactOptional(),
  suites: z.array(text).exactOptional(),
  out: text.exactOptional(),
  junit: z.enum(['strict', 'rich']).exactOptional(),
  requireProof: z.boolean().exactOptional(),
  acceptInferred: z.boolean().exactOptional(),
  log: z.enum(['text', 'json']).exactOptional(),
  /** Modules that export checks of the user's own. */
  checks: z.array(text).default([]),
  /** Files that list the controls of frameworks of the user's own. */
  frameworks: z.array(text).default([]),
  /** Files of waivers, besides those written here. */
  waivers: z.array(text).default([]),
  waiver: z.array(WaiverSchema).default([]),
})
export type ConfigFile = z.infer<typeof ConfigFile>

const waiverKeys = ['check', 'control', 'reason', 'owner', 'until', 'reviewBy', 'compensatedBy', 'scope']

/** The keys known at a place in a file, for suggestions. */
export const keysAt = (path: readonly PropertyKey[], top: readonly string[]): readonly string[] => {
  if (path.length === 0) return top
  if (path[0] !== 'waiver') return []
  if (path.at(-1) === 'scope') return ['variant', 'arch', 'kubernetes', 'instanceType']
  return path.at(-1) === 'control' ? ['framework', 'id'] : waiverKeys
}
