import type { Check } from '../checks/check.ts'
import { checks as house } from '../checks/index.ts'
import { AmiproofError } from '../lib/errors.ts'
import { nearest } from '../lib/nearest.ts'
import type { Settings } from './config.ts'
import { type Limits, type UserCheck, userChecks } from './user-checks.ts'
import { type KnownFramework, loadFrameworks } from './user-frameworks.ts'

/** Loading a module takes a second where it brings packages of its own; a check computes from facts, in milliseconds. */
const limits: Limits = { loadMs: 30_000, callMs: 10_000 }

/** All checks and frameworks of a run, those of the house and the user's. */
export interface Catalogue {
  readonly checks: readonly Check[]
  readonly frameworks: readonly KnownFramework[]
}

/** Throws an {@link AmiproofError} of kind `config` for everything that can be wrong with the user's modules and files. */
export const loadCatalogue = ({
  checkModules,
  frameworkFiles,
}: Pick<Settings, 'checkModules' | 'frameworkFiles'>): Catalogue => {
  const frameworks = loadFrameworks(frameworkFiles)
  return { checks: loadChecks(checkModules, limits, frameworks), frameworks }
}

/** The checks of the house and those of the user's modules. */
export const loadChecks = (
  modules: readonly string[],
  within: Limits = limits,
  frameworks: readonly KnownFramework[] = [],
): readonly Check[] => {
  const from = new Map<string, string>(house.map(({ id }) => [id, 'amiproof']))
  const ours = [...new Set(modules)].flatMap((path) => userChecks(path, within))
  for (const { check, from: here } of ours) {
    const other = from.get(check.id)
    if (other)
      throw wrong(here, `two checks are called ${check.id}, the other is of ${other}; rename this one`)
    from.set(check.id, here)
  }
  for (const one of ours) refuseUnlistedControl(one, frameworks)
  return [...house, ...ours.map(({ check }) => check)]
}

/** Where the user's framework lists every control there is, another is a mistake. */
const refuseUnlistedControl = ({ check, from }: UserCheck, frameworks: readonly KnownFramework[]): void => {
  for (const [at, { framework, id }] of (check.controls ?? []).entries()) {
    const listed = frameworks
      .find((one) => one.id === framework && one.complete)
      ?.controls.map((one) => one.id)
    if (!listed || listed.includes(id)) continue
    const near = nearest(id, listed)
    throw wrong(
      from,
      `controls[${at}].id: ${framework} has no control ${JSON.stringify(id)}${near ? `, did you mean ${near}?` : ''}`,
    )
  }
}

const wrong = (from: string, why: string): AmiproofError =>
  new AmiproofError(`cannot load the checks of ${from}: ${why}`, {
    kind: 'config',
    code: 'bad-check-module',
    op: 'load checks',
    blame: 'user',
  })
