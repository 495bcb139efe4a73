import { capabilities } from './capabilities.ts'
import type { Derived } from './derive.ts'
import { kubeletCommand } from './kubelet-command.ts'

/** Every derived fact, by name. */
export const derived = { capabilities, kubeletCommand } as const satisfies Record<string, Derived<unknown>>
