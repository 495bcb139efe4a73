import type { z } from 'zod'
import { loadFrom, once } from './lazy.ts'

export type { z }

/** zod, loaded when the first schema is built: it takes longer to load than all of the library. */
export const zod = once((): typeof z => loadFrom(import.meta.url, 'zod').z)
