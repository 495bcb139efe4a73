import { text } from '../lib/exec.ts'
import { fact } from './fact.ts'
import { lines } from './text.ts'
import { refuseWithoutSystemd, type Unit, unit } from './units.ts'

export interface Systemd {
  /** `systemctl is-system-running`: `running`, `degraded`, `starting`, … */
  readonly state: string
  /** Properties of the manager: Version, DefaultLimitNOFILE, DefaultEnvironment, DefaultTasksMax, … */
  readonly manager: Unit
  /** Jobs that still wait or run. */
  readonly jobs: readonly string[]
}

/** systemd as a whole. */
export const systemd = fact({
  probe: `echo "State=$(systemctl is-system-running)"
systemctl list-jobs --no-legend --no-pager --plain | sed 's/^/Job=/'
systemctl show --no-pager`,
  version: 1,
  parse: (raw): Systemd => {
    refuseWithoutSystemd({ ...raw, stdout: raw.exitCode === 0 ? raw.stdout : new Uint8Array() }, 'systemd')
    const manager = unit(text(raw.stdout))
    const jobs = lines(manager.Job ?? '').filter((job) => job !== '' && !job.startsWith('No jobs'))
    return { state: manager.State ?? '', manager, jobs }
  },
})
