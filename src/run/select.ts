import type { Check } from '../checks/check.ts'
import { AmiproofError } from '../lib/errors.ts'
import { nearest } from '../lib/nearest.ts'
import { byReading } from '../result/counts.ts'

/** Every suite that some check belongs to. */
export const suitesOf = (checks: readonly Check[]): readonly string[] =>
  [...new Set(checks.flatMap(({ tags }) => tags))].sort(byReading)

/**
 * The checks of a run: those that carry at least one of the chosen tags, each once, sorted by id. Choosing nothing chooses all.
 * An unknown name is a mistake of the asker's; so is an id that two checks share.
 */
export const selectChecks = (checks: readonly Check[], chosen: readonly string[]): readonly Check[] => {
  const known = suitesOf(checks)
  for (const name of chosen) {
    if (known.includes(name)) continue
    const near = nearest(name, known)
    throw new AmiproofError(
      `there is no suite ${JSON.stringify(name)}${near ? `, did you mean ${near}?` : `: there are ${known.join(', ')}`}`,
      { kind: 'usage', code: 'unknown-suite', op: 'select checks', blame: 'user' },
    )
  }
  const seen = new Set<string>()
  for (const { id } of checks) {
    if (seen.has(id))
      throw new AmiproofError(`two checks are called ${id}: rename the one that is yours`, {
        kind: 'config',
        code: 'duplicate-check',
        op: 'select checks',
        blame: 'user',
      })
    seen.add(id)
  }
  return checks
    .filter(({ tags }) => chosen.length === 0 || tags.some((tag) => chosen.includes(tag)))
    .toSorted((a, b) => byReading(a.id, b.id))
}
