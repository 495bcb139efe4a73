import type { NodeSpec } from '../spec/node-spec.ts'
import { type Check, check, type Verdict } from './check.ts'
import { rendered } from './rendered.ts'
import { unitOf } from './seen.ts'
import { fail, within } from './verdict.ts'

type Properties = Readonly<Record<string, string>>

interface UnitClaim extends Omit<Check, 'verify' | 'phase' | 'tags'> {
  readonly unit: string
  /** What systemd says of the unit must be so; properties by the names of `systemctl show`. */
  readonly judge: (properties: Properties, spec: NodeSpec) => Verdict
  readonly phase?: Check['phase']
}

/** A check of a unit that the image must have: a unit that systemd does not know fails. */
export const unitCheck = ({ unit, judge, phase = 'boot', ...rule }: UnitClaim): Check =>
  check({
    ...rule,
    phase,
    tags: ['node'],
    verify: ({ facts, spec }) => {
      const properties = unitOf(facts, unit)
      return properties === undefined || properties.LoadState === 'not-found'
        ? fail('not found', 'a unit that systemd knows', unit)
        : judge(properties, spec)
    },
  })

/** Drop-ins that the spec renders, and none besides; those below /usr/lib are the packages' own. */
export const onlyRenderedDropIns = (paths: string, unit: string, spec: NodeSpec): Verdict => {
  const own = paths.split(' ').filter((path) => /^\/(etc|run)\//.test(path))
  const meant = rendered(spec).flatMap(({ path }) => (path.includes(`/${unit}.d/`) ? [path] : []))
  return within(own, meant, `${unit}: DropInPaths`)
}
