import { dirname, resolve } from 'node:path'
import type { Finding } from '../lib/finding.ts'
import { nearest } from '../lib/nearest.ts'
import type { Waiver } from '../result/result.ts'
import { namesRule } from '../result/waiver-match.ts'
import { loadChecks } from './catalogue.ts'

/** Waivers that name no check and no control: of the house, or of the modules that the file at `path` names. */
export const unknownWaivers = (
  waivers: readonly Waiver[],
  modules: readonly string[],
  { path, text }: { readonly path: string; readonly text: string },
): readonly Finding[] => {
  if (waivers.length === 0) return []
  const rules = loadChecks(modules.map((name) => resolve(dirname(path), name)))
  const names = {
    check: rules.map(({ id }) => id),
    control: [...new Set(rules.flatMap(({ controls = [] }) => controls.map(({ id }) => id)))],
  }
  return waivers
    .filter((waiver) => !rules.some((rule) => namesRule(waiver, rule)))
    .map(({ check, control }) => {
      const kind = check === undefined ? 'control' : 'check'
      const name = check ?? control?.id ?? ''
      const near = nearest(name, names[kind])
      const line = text
        .split('\n')
        .findIndex((one) => !/^\s*#/.test(one) && one.includes(JSON.stringify(name)))
      return {
        rule: 'amiproof/unknown-waiver',
        severity: 'error',
        line: Math.max(0, line) + 1,
        column: 1,
        message: `the waiver names no ${kind} that there is: ${name}${near ? `; did you mean ${near}?` : ''}`,
        fix: near ? `write ${near}` : 'choose one that `amiproof list` prints',
      }
    })
}
