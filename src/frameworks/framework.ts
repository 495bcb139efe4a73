import { z } from 'zod'

const Control = z.strictObject({ id: z.string().min(1), title: z.string().min(1) })

/** A benchmark's list of controls: the denominator of what was checked. One JSON file each, one control per line. */
export const FrameworkSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9.-]+$/),
  title: z.string().min(1),
  /** Where the list comes from: document, version, section. */
  source: z.string().min(1),
  controls: z.array(Control).min(1),
})
export type Framework = z.infer<typeof FrameworkSchema>
export type Control = z.infer<typeof Control>
