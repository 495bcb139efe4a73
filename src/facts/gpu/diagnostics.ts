import { noSuchCommand } from '../absent.ts'
import { fact } from '../fact.ts'
import { type Answer, answer } from './answer.ts'
import { type Dcgm, readDcgm } from './dcgm.ts'

/**
 * `dcgmi diag -r 1`: runs the quick diagnostic on the GPUs, so it is only asked for by the suite `gpu-active`.
 * dcgmi ends with 226 when any test failed, persistence mode included: what it printed counts, not how it ended.
 */
export const gpuDcgm = fact({
  probe: `command -v dcgmi >/dev/null 2>&1 || exit ${noSuchCommand}
exec dcgmi diag -r 1 -j`,
  version: 1,
  timeoutMs: 170_000,
  maxBytes: 4 * 1024 * 1024,
  slow: true,
  suites: ['gpu-active'],
  partial: true,
  parse: (raw): Answer<Dcgm> => answer(raw.exitCode === 226 ? { ...raw, exitCode: 0 } : raw, readDcgm),
})
