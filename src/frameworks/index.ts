import { type Framework, FrameworkSchema } from './framework.ts'
import trace from './trace.json' with { type: 'json' }

export type { Framework } from './framework.ts'

/** Every framework that checks may name. Adding a JSON file here is the whole registration. */
export const frameworks: readonly Framework[] = [trace].map((one) => FrameworkSchema.parse(one))
