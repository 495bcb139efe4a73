import { text } from '../../lib/exec.ts'
import { noSuchCommand } from '../absent.ts'
import { fact } from '../fact.ts'
import { type Endpoint, readFabricInfo } from './efa.ts'

/** What libfabric offers. */
export interface FabricInfo {
  /** False: the host has no fi_info, which is so after a minimal installation; containers bring their own. */
  readonly installed: boolean
  readonly endpoints: readonly Endpoint[]
}

/** `fi_info -p efa`. -61 and an exit status of 61 mean: no endpoint. */
export const efaFabric = fact({
  probe: `PATH=$PATH:/opt/amazon/efa/bin
command -v fi_info >/dev/null 2>&1 || exit ${noSuchCommand}
exec fi_info -p efa`,
  version: 1,
  timeoutMs: 30_000,
  parse: (raw): FabricInfo =>
    raw.exitCode === noSuchCommand
      ? { installed: false, endpoints: [] }
      : { installed: true, endpoints: readFabricInfo(`${text(raw.stdout)}${text(raw.stderr)}`) },
})
