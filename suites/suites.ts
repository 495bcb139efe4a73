import { globSync } from 'node:fs'

/** What has to be there for a suite to run. */
export type Need = 'checkout' | 'browser' | 'engine' | 'target'

/** Every suite: a folder here and a project of vitest.config.ts. */
export const suites = {
  unit: 'checkout',
  snapshot: 'checkout',
  property: 'checkout',
  differential: 'checkout',
  recorded: 'checkout',
  browser: 'browser',
  integration: 'engine',
  node: 'target',
} as const satisfies Readonly<Record<string, Need>>

export type Suite = keyof typeof suites

export const suiteNames = Object.keys(suites).filter((name): name is Suite => Object.hasOwn(suites, name))

/** Suites that need nothing but this checkout. */
export const offline = suiteNames.filter((name) => suites[name] === 'checkout')

/** Whether the folder of a suite holds any test file. */
export const hasTests = (suite: Suite): boolean => globSync(`suites/${suite}/**/*.test.ts`).length > 0
