import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checks } from '../src/checks/index.ts'
import { parseEvidence, readFacts, trackReads } from '../src/facts/index.ts'
import { parseNodeSpec } from '../src/spec/parse-node-spec.ts'
import { defects } from '../suites/integration/defect.ts'
import { patched } from '../suites/integration/patched.ts'
import { mutated, mutations } from '../suites/recorded/checks-mutations.ts'

const root = join(import.meta.dirname, '..')

/** Runs every check on the recorded node under every spec of the mutations and defects that it applies to, and notes the probes that it reads. */
export const looksAt = (): Readonly<Record<string, readonly string[]>> => {
  const recorded = parseEvidence(readFileSync(join(root, 'fixtures/evidence/docker-node.json')))
  const meant: unknown = JSON.parse(readFileSync(join(root, 'fixtures/specs/docker-node.json'), 'utf8'))
  const nodes = [
    ...[...new Set(defects.map(({ spec }) => JSON.stringify(spec)))].map((patch) => ({
      spec: parseNodeSpec(patched(meant, JSON.parse(patch))),
      evidence: recorded,
    })),
    ...mutations.map(({ spec, good }) => ({
      spec: parseNodeSpec(patched(meant, spec)),
      evidence: mutated(recorded, good),
    })),
  ].map(({ spec, evidence }) => ({ spec, facts: readFacts(evidence) }))
  return Object.fromEntries(
    checks.map((check) => [
      check.id,
      [...new Set(nodes.flatMap(({ spec, facts }) => readsOf(check, spec, facts)))].toSorted(),
    ]),
  )
}

const readsOf = (
  { applies, verify }: (typeof checks)[number],
  spec: ReturnType<typeof parseNodeSpec>,
  facts: ReturnType<typeof readFacts>,
): readonly string[] => {
  const tracked = trackReads(facts)
  try {
    if (applies?.(spec) !== false) verify({ spec, facts: tracked.facts })
  } catch {
    // What cannot be decided here has still been looked at.
  }
  return tracked.reads()
}

/** The longest line that biome leaves whole. */
const width = 110

/** src/checks/looks-at.json, as biome formats it. */
export const looksAtText = (): string => {
  const entries = Object.entries(looksAt()).map(([id, probes]) => {
    const names = probes.map((one) => JSON.stringify(one))
    const line = `  ${JSON.stringify(id)}: [${names.join(', ')}]`
    return line.length <= width ? line : `  ${JSON.stringify(id)}: [\n    ${names.join(',\n    ')}\n  ]`
  })
  return `{\n${entries.join(',\n')}\n}\n`
}
