import type { Check } from './check.ts'
import * as kernel from './kernel.ts'

/** Every check of the house: what a subject exports is registered by being exported. */
export const checks: readonly Check[] = [kernel].flatMap((subject): Check[] => Object.values(subject).flat())

/** The checks that carry at least one of the tags (union). */
export const tagged = (...tags: readonly string[]): readonly Check[] =>
  checks.filter((check) => tags.some((tag) => check.tags.includes(tag)))
