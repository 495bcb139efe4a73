import { cannotShow } from '../../facts/absent.ts'
import { answered, trouble } from '../../facts/gpu/answer.ts'
import type { Gpu, Said, Smi } from '../../facts/gpu/smi.ts'
import type { Facts } from '../../facts/index.ts'
import { AmiproofError } from '../../lib/errors.ts'
import type { Verdict } from '../check.ts'
import { each } from '../combine.ts'
import { fail, pass } from '../verdict.ts'

/** What nvidia-smi says. Throws when it does not answer: then nothing that rests on it is known, and gpu-driver/answers fails. */
export const smiOf = ({ gpuSmi }: Facts): Smi => {
  const value = answered(gpuSmi)
  if (value) return value
  throw new AmiproofError(
    `cannot tell what the GPUs are like: ${trouble('nvidia-smi', gpuSmi)}; repair that first (gpu-driver/answers)`,
    { kind: 'fact', code: 'nvidia-smi', op: 'read nvidia-smi', blame: 'image' },
  )
}

/** Judges every GPU that nvidia-smi lists; none is a failure. `where` names the GPU. */
export const eachGpu = (facts: Facts, judge: (gpu: Gpu, where: string) => Verdict): Verdict =>
  each(smiOf(facts).gpus, 'GPUs', 'nvidia-smi -q', (gpu) => judge(gpu, `GPU ${gpu.busId}`))

const lost = /requires reset|Unknown Error|ERR!|GPU is lost/i
const hidden = /^\[?(N\/A|Not Supported)\]?$|^Requested functionality has been deprecated$/i

/** Whether a value says that there is nothing to say. */
export const isHidden = (said: Said): boolean => said === undefined || hidden.test(said)

/**
 * Judges one value of nvidia-smi. A GPU that was lost says so inside the value, and fails. A value that it does not give passes where that is
 * right for the GPU (`mayHide`), and proves nothing elsewhere.
 */
export const value = (
  said: Said,
  where: string,
  judge: (text: string) => Verdict,
  mayHide = false,
): Verdict => {
  if (said !== undefined && lost.test(said)) return fail(said, 'a value', where)
  if (said !== undefined && !hidden.test(said)) return judge(said)
  if (mayHide) return pass(said)
  throw cannotShow(
    where,
    said === undefined ? 'this nvidia-smi does not report it' : `nvidia-smi says ${said}`,
  )
}

/** The number at the head of a value, unit or not: `15360 MiB`, `8x`, `70.00 W`; undefined where there is none. */
export const amount = (said: Said): number | undefined => {
  const [, digits] = /^(-?\d+(?:\.\d+)?)(?:x|%|\s|$)/.exec(said ?? '') ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** Passes when the number of a value is nothing. */
export const zero = (said: Said, where: string, mayHide = false): Verdict =>
  value(said, where, (text) => (amount(text) === 0 ? pass() : fail(text, '0', where)), mayHide)

/** Passes when a value is these words. */
export const words = (said: Said, wanted: string, where: string, mayHide = false): Verdict =>
  value(said, where, (text) => (text === wanted ? pass(text) : fail(text, wanted, where)), mayHide)

/** With MIG on, and for a virtual GPU, the driver leaves much unsaid; neither is a fault. */
export const saysLess = (gpu: Gpu): boolean => gpu.mig.current === 'Enabled' || gpu.license !== undefined

/** The first number of a driver version: its branch. */
export const branchOf = (version: Said): number => Number(/^\d+/.exec(version ?? '')?.[0] ?? Number.NaN)

/** `00000000:00:1E.0`, `0000:00:1e.0` and `0000:00:1e` are one place. */
export const placeOf = (address: string): string =>
  address
    .toLowerCase()
    .replace(/^[0-9a-f]{4}(?=[0-9a-f]{4}:)/, '')
    .replace(/\.[0-7]$/, '')
