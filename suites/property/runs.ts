/** How often each property is tried; AMIPROOF_RUNS makes a soak of it. */
export const runs = { numRuns: Number(process.env.AMIPROOF_RUNS || 1000) }
