import type { NodeSpec } from '../spec/node-spec.ts'
import type { Rule, Waiver } from './result.ts'

/** Whether a waiver names this rule: by its id, or by one of its controls. */
export const namesRule = ({ check, control }: Waiver, rule: Pick<Rule, 'id' | 'controls'>): boolean =>
  (check !== undefined && rule.id === check) ||
  (control !== undefined &&
    (rule.controls ?? []).some(({ framework, id }) => framework === control.framework && id === control.id))

/** Whether a node is one that a waiver speaks of. A scope that cannot be compared, because the spec is not known, holds nothing. */
export const isInScope = ({ scope = {} }: Waiver, spec: NodeSpec | null): boolean => {
  const actual = {
    variant: spec?.image.variant,
    arch: spec?.image.arch,
    kubernetes: spec?.image.kubernetes.split('.').slice(0, 2).join('.'),
    instanceType: spec?.instance?.type,
  }
  return (['variant', 'arch', 'kubernetes', 'instanceType'] as const).every(
    (key) => scope[key] === undefined || scope[key] === actual[key],
  )
}

/** The last day (UTC) on which a waiver excuses; empty when it never said. */
export const lastDayOf = ({ until, reviewBy }: Waiver): string => until ?? reviewBy ?? ''
