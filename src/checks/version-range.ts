import { compareVersions } from '../lib/versions.ts'

/**
 * Whether a version lies in a range such as `>=1.1.14`, `1.7`, `>=1.7.0 <2.1`, `=2.1.9`; all parts must hold. A bare version stands for
 * itself and everything below it: `1.7` allows 1.7.24.
 */
export const satisfies = (version: string, range: string): boolean =>
  range
    .split(/[\s,]+/)
    .filter(Boolean)
    .every((part) => holds(version, part))

const holds = (version: string, part: string): boolean => {
  const [, operator = '', wanted = ''] = /^(>=|<=|>|<|=)?v?(.*)$/.exec(part) ?? []
  if (wanted === '*') return true
  if (operator === '') return `${version}.`.startsWith(`${wanted}.`) || version.startsWith(`${wanted}-`)
  const order = compareVersions(version, wanted)
  if (operator === '>=') return order >= 0
  if (operator === '<=') return order <= 0
  if (operator === '>') return order > 0
  return operator === '<' ? order < 0 : order === 0
}
