import type { Verb } from './terminal.ts'

/** Every verb, imported when it is asked for. */
export const verbs = {
  gate: async () => (await import('./gate-verb.ts')).gateVerb,
  collect: async () => (await import('./collect-verb.ts')).collectVerb,
  init: async () => (await import('./init-verb.ts')).initVerb,
  render: async () => (await import('./render-verb.ts')).renderVerb,
  'max-pods': async () => (await import('./max-pods.ts')).maxPodsVerb,
  lint: async () => (await import('./lint-verb.ts')).lintVerb,
  list: async () => (await import('./list.ts')).listVerb,
  explain: async () => (await import('./explain.ts')).explainVerb,
  reap: async () => (await import('./reap-verb.ts')).reapVerb,
} as const satisfies Readonly<Record<string, () => Promise<Verb>>>
