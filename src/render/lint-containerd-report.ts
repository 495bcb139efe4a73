import type { Finding } from '../lib/finding.ts'
import type { Position } from '../lib/toml.ts'
import { type KeyAt, tomlKeys } from '../lib/toml-keys.ts'
import { keyPathText } from '../lib/toml-text.ts'
import { type ContainerdRule, containerdRules } from './lint-containerd-rules.ts'

/** Takes down a finding: what rule, which key, what was seen there. */
export type Report = (rule: ContainerdRule, path: readonly string[], seen: string, note?: Note) => void

/** What a rule cannot know by itself. */
export interface Note {
  readonly at?: Position | undefined
  readonly severity?: Finding['severity']
  readonly fix?: string
}

/** A key's place: its own, or that of the first key below it, or that of the nearest table above it. */
const placeOf = (keys: readonly KeyAt[]): ((path: readonly string[]) => Position) => {
  const places = new Map<string, Position>()
  const exact = new Set(keys.map(({ path }) => keyPathText(path)))
  for (const { path, at } of keys)
    for (let length = path.length; length > 0; length--) {
      const text = keyPathText(path.slice(0, length))
      const isOwn = length === path.length
      if (!places.has(text) && (isOwn || !exact.has(text))) places.set(text, at)
    }
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const place = places.get(keyPathText(path.slice(0, length)))
      if (place) return place
    }
    return { line: 1, column: 1 }
  }
}

/** A lint in progress. */
export interface Reporting {
  readonly report: Report
  readonly findings: () => readonly Finding[]
  readonly keys: readonly KeyAt[]
}

/** A list of findings that a {@link Report} fills; once per rule and place, in the order of the text. */
export const reporting = (text: string): Reporting => {
  const keys = tomlKeys(text)
  const place = placeOf(keys)
  const found = new Map<string, Finding>()
  const report: Report = (rule, path, seen, note = {}) => {
    const { severity, why, fix } = containerdRules[rule]
    const at = note.at ?? place(path)
    const finding: Finding = {
      rule,
      severity: note.severity ?? severity,
      ...at,
      message: `${seen}: ${why}`,
      fix: note.fix ?? fix,
    }
    const id = `${rule} ${at.line} ${at.column}`
    if (!found.has(id)) found.set(id, finding)
  }
  const findings = (): readonly Finding[] =>
    [...found.values()].sort((a, b) => a.line - b.line || a.column - b.column || (a.rule < b.rule ? -1 : 1))
  return { report, findings, keys }
}
