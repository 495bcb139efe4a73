import type { Fact } from './fact.ts'
import { sysctl } from './sysctl.ts'

/** Every probe of a collection, by name. Adding one here is the whole registration. */
export const probes = { sysctl } as const satisfies Record<string, Fact<unknown>>

export type Facts = { readonly [K in keyof typeof probes]: ReturnType<(typeof probes)[K]['parse']> }
