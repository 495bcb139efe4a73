import { noSuchCommand } from '../absent.ts'
import { type Fact, fact } from '../fact.ts'
import { type Answer, answer } from './answer.ts'
import { readSmi } from './smi.ts'
import { readList, readNvlink, readSmiVersion, readTopology } from './smi-lists.ts'

/** A wedged GSP leaves nvidia-smi in an uninterruptible sleep; persistence on, a healthy node answers within seconds even with eight GPUs. */
const patienceMs = 60_000

/** One question to nvidia-smi. A node without it costs one look at the PATH. */
const ask = <T>(question: string, parse: (stdout: string) => T): Fact<Answer<T>> =>
  fact({
    probe: `command -v nvidia-smi >/dev/null 2>&1 || exit ${noSuchCommand}
exec nvidia-smi ${question}`,
    version: 1,
    timeoutMs: patienceMs,
    maxBytes: 8 * 1024 * 1024,
    partial: true,
    parse: (raw) => answer(raw, parse),
  })

export const gpuSmi = ask('-q -x', readSmi)
export const gpuList = ask('-L', readList)
export const gpuSmiVersion = ask('--version', readSmiVersion)
export const gpuTopology = ask('topo -m', readTopology)
export const gpuNvlink = ask('nvlink -s', readNvlink)
