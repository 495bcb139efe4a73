import { cel } from '../lib/cel.ts'

const least = -(2n ** 63n)
const greatest = 2n ** 63n - 1n

/** A result as CEL's int() converts it, or the reason why it has none (cel-go common/types, ConvertToType(IntType)). */
export const toInt = (value: unknown): bigint | string => {
  if (typeof value === 'bigint') return inRange(value)
  if (typeof value === 'number') return doubleToInt(value)
  if (typeof value === 'string') return stringToInt(value)
  if (cel().isCelUint(value)) return inRange(value.value)
  const time = timeOf(value)
  if (time?.is === 'google.protobuf.Timestamp') return inRange(time.seconds)
  if (time?.is === 'google.protobuf.Duration') return inRange(time.seconds * 1_000_000_000n + time.nanos)
  return 'its result is no number, no decimal string and no time'
}

const inRange = (value: bigint): bigint | string =>
  value >= least && value <= greatest ? value : `its result ${value} does not fit 64 bits`

/** Truncates towards zero; the bounds themselves are refused, because a double cannot tell them from their neighbours. */
export const doubleToInt = (value: number): bigint | string =>
  Number.isFinite(value) && value > Number(least) && value < Number(greatest)
    ? BigInt(Math.trunc(value))
    : `its result ${value} does not fit 64 bits`

/** Go's strconv.ParseInt(text, 10, 64): an optional sign and decimal digits. */
export const stringToInt = (text: string): bigint | string =>
  /^[+-]?[0-9]{1,64}$/.test(text)
    ? inRange(BigInt(text.replace(/^\+/, '')))
    : `its result ${JSON.stringify(text.slice(0, 80))} is no decimal number`

const timeOf = (value: unknown) => {
  if (typeof value !== 'object' || value === null || !('message' in value)) return undefined
  const { message } = value
  if (typeof message !== 'object' || message === null) return undefined
  if (!('$typeName' in message && 'seconds' in message && 'nanos' in message)) return undefined
  return typeof message.seconds === 'bigint' && typeof message.nanos === 'number'
    ? { is: message.$typeName, seconds: message.seconds, nanos: BigInt(message.nanos) }
    : undefined
}
