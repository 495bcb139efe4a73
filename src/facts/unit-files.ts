import { text } from '../lib/exec.ts'
import { fact } from './fact.ts'
import { lines, record } from './text.ts'
import { refuseWithoutSystemd } from './units.ts'

export interface UnitFile {
  /** `enabled`, `disabled`, `static`, `masked`, `generated`, … */
  readonly state: string
  /** What the preset says; `-` or empty when nothing. */
  readonly preset: string
}

/** Every unit file, loaded or not, by its name. */
export const unitFiles = fact({
  probe: 'systemctl list-unit-files --no-legend --no-pager --plain --full',
  version: 1,
  parse: (raw): Readonly<Record<string, UnitFile>> => {
    refuseWithoutSystemd(raw, 'which unit files there are')
    return record(
      lines(text(raw.stdout)).flatMap((line) => {
        const [name, state, preset = ''] = line.trim().split(/\s+/)
        return name && state ? [[name, { state, preset }] as const] : []
      }),
    )
  },
})
