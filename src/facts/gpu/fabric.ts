import { text } from '../../lib/exec.ts'
import { fact } from '../fact.ts'
import { readSections, saidIn, sectionShell } from './sections.ts'
import { shortLines } from './short-lines.ts'

export interface FabricManager {
  /** `580.95.05`; undefined: it is not installed, or does not say. */
  readonly version: string | undefined
  readonly faults: readonly string[]
}

const faults =
  /\[ERROR\]|fatal SXid|don't match with (driver version|any supported)|failed to find the GPU handle|NV_WARN_NOTHING_TO_DO|initialization failed|Fabric Manager.*(failed|error)|interface version .* don't match/i

/** Lines of the fabric manager's log or journal that say what is wrong. */
export const fabricFaults = (text: string): readonly string[] =>
  shortLines(text)
    .filter((line) => faults.test(line))
    .map((line) => line.trim().slice(0, 300))

/** NVIDIA's fabric manager: its version, and what its log and journal of this boot complain of. */
export const gpuFabric = fact({
  probe: `${sectionShell}has nv-fabricmanager || exit 0
section version nv-fabricmanager --version
[ -r /var/log/fabricmanager.log ] && section log tail -n 2000 /var/log/fabricmanager.log
section journal journalctl -q -b --no-pager -o short-monotonic -n 2000 -u nvidia-fabricmanager
true`,
  version: 1,
  timeoutMs: 20_000,
  maxBytes: 2 * 1024 * 1024,
  parse: ({ stdout }): FabricManager => {
    const sections = readSections(text(stdout))
    return {
      version: /(\d+\.\d+(?:\.\d+)?)/.exec(saidIn(sections, 'version') ?? '')?.[1],
      faults: [...fabricFaults(sections.log?.text ?? ''), ...fabricFaults(sections.journal?.text ?? '')],
    }
  },
})
