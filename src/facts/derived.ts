import { capabilities } from './capabilities.ts'
import type { Derived } from './derive.ts'

/** Every derived fact, by name. */
export const derived = { capabilities } as const satisfies Record<string, Derived<unknown>>

export type DerivedName = keyof typeof derived
