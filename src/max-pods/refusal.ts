import { AmiproofError } from '../lib/errors.ts'

/** What cannot be computed, because it cannot be: one sentence, and the person who asked can change it. */
export const refusal = (code: string, message: string): AmiproofError =>
  new AmiproofError(message, { kind: 'usage', code, op: 'compute max pods', blame: 'user' })

/** A whole number of at least `least`, or a refusal that names the option. */
export const wholeNumber = (option: string, value: number, least = 0): number => {
  if (Number.isSafeInteger(value) && value >= least) return value
  throw refusal(
    'bad-option',
    `cannot compute max pods: ${option} must be a whole number from ${least} on, not ${value}`,
  )
}
