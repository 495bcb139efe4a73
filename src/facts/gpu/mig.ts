import { text } from '../../lib/exec.ts'
import { noSuchCommand } from '../absent.ts'
import { fact } from '../fact.ts'
import { type Answer, answer } from './answer.ts'
import { readSections, sectionShell } from './sections.ts'
import { type GpuInstance, readMigTable } from './smi-lists.ts'

export interface Mig {
  readonly instances: readonly GpuInstance[]
  /** Compute instances; `instance` is the GPU instance that each is in. */
  readonly compute: readonly GpuInstance[]
}

/** MIG instances. Where MIG is off, or the GPU cannot do it, nvidia-smi says so and ends with another status than 0: there are none. */
export const gpuMig = fact({
  probe: `command -v nvidia-smi >/dev/null 2>&1 || exit ${noSuchCommand}
${sectionShell}section lgi nvidia-smi mig -lgi
section lci nvidia-smi mig -lci`,
  version: 1,
  timeoutMs: 60_000,
  partial: true,
  parse: (raw): Answer<Mig> => answer(raw, () => readMig(text(raw.stdout))),
})

const readMig = (stdout: string): Mig => {
  const sections = readSections(stdout)
  const rows = (name: string): readonly GpuInstance[] => {
    const found = sections[name]
    if (found === undefined) throw new Error(`nvidia-smi mig -${name} left nothing behind`)
    if (found.exitCode === 0) return readMigTable(found.text)
    if (/Not Supported|No MIG-enabled devices found|No (GPU|compute) instances found/i.test(found.text))
      return []
    throw new Error(`nvidia-smi mig -${name} ended with ${found.exitCode}: ${found.text.slice(0, 200)}`)
  }
  return { instances: rows('lgi'), compute: rows('lci') }
}
