import { type CelFunc, cel } from '../lib/cel.ts'
import { stringToInt } from './expression-int.ts'
import {
  fixed,
  formatDouble,
  parseBool,
  parseDouble,
  parseDuration,
  parseTimestamp,
  wallClock,
} from './expression-text.ts'

/** More steps than any sensible expression needs; cel-go would go on, and the node would not boot. */
const greatestSteps = 5_000
const greatestText = 16_384
const billion = 1_000_000_000n

const refuse = (message: string): never => {
  throw new Error(message)
}
const orRefuse = <T>(value: T | undefined, message: string): T => value ?? refuse(message)

/** Counts the loop steps and compared values of one evaluation at a time. */
export const effort = (() => {
  let steps = 0
  return {
    reset: () => {
      steps = 0
    },
    spend: () => {
      steps += 1
      if (steps > greatestSteps) refuse(`it takes more than ${greatestSteps} steps`)
    },
  }
})()

/** The functions in which the library differs from cel-go (common/types, common/stdlib at v0.26.0), and the two that bound the effort. */
export const ourFunctions = (): readonly CelFunc[] => {
  const { celFunc, celMethod, CelScalar, create, DurationSchema, isCelList, isCelMap, objectType } = cel()
  const { celListConcat, celUint, listType, mapType, TimestampSchema } = cel()
  const { BOOL, BYTES, DOUBLE, DYN, INT, STRING, UINT } = CelScalar
  const DURATION = objectType(DurationSchema)
  const TIMESTAMP = objectType(TimestampSchema)
  const LIST = listType(DYN)

  const nanosOf = (time: { readonly seconds: bigint; readonly nanos: number }): bigint =>
    time.seconds * billion + BigInt(time.nanos)
  const weigh = (value: unknown): void => {
    effort.spend()
    if (isCelList(value)) for (const element of value) weigh(element)
    if (isCelMap(value)) for (const [, element] of value) weigh(element)
  }

  const clockOf = (time: { readonly seconds: bigint; readonly nanos: number }, zone: string): Date =>
    wallClock(Number(time.seconds) * 1000 + Math.floor(time.nanos / 1_000_000), zone)
  const accessors = Object.entries({
    getFullYear: (clock: Date) => clock.getUTCFullYear(),
    getMonth: (clock: Date) => clock.getUTCMonth(),
    getDate: (clock: Date) => clock.getUTCDate(),
    getDayOfMonth: (clock: Date) => clock.getUTCDate() - 1,
    getDayOfWeek: (clock: Date) => clock.getUTCDay(),
    getDayOfYear: (clock: Date) =>
      Math.floor((clock.getTime() - new Date(clock).setUTCMonth(0, 1)) / 86_400_000),
    getHours: (clock: Date) => clock.getUTCHours(),
    getMinutes: (clock: Date) => clock.getUTCMinutes(),
    getSeconds: (clock: Date) => clock.getUTCSeconds(),
    getMilliseconds: (clock: Date) => clock.getUTCMilliseconds(),
  }).flatMap(([name, field]) => [
    celMethod(name, TIMESTAMP, [], INT, function () {
      return BigInt(field(clockOf(this.message, 'UTC')))
    }),
    celMethod(name, TIMESTAMP, [STRING], INT, function (zone) {
      return BigInt(field(clockOf(this.message, zone)))
    }),
  ])

  return [
    celFunc('@step', [DYN], DYN, (condition) => {
      effort.spend()
      return condition
    }),
    celFunc('@weigh', [DYN], DYN, (value) => {
      weigh(value)
      return value
    }),
    celFunc('_+_', [STRING, STRING], STRING, (a, b) =>
      a.length + b.length > greatestText ? refuse('it makes too long a text') : a + b,
    ),
    celFunc('_+_', [LIST, LIST], LIST, (a, b) =>
      a.size + b.size > greatestSteps ? refuse('it makes too long a list') : celListConcat(a, b),
    ),
    celFunc('_+_', [BYTES, BYTES], BYTES, (a, b) =>
      a.length + b.length > greatestText ? refuse('it makes too many bytes') : new Uint8Array([...a, ...b]),
    ),
    celFunc('_%_', [INT, INT], INT, (a, b) => {
      if (b === 0n) return refuse('modulus by zero')
      return a === -(2n ** 63n) && b === -1n ? refuse('integer overflow') : a % b
    }),
    celFunc('_/_', [UINT, UINT], UINT, (a, b) =>
      b.value === 0n ? refuse('division by zero') : celUint(a.value / b.value),
    ),
    celFunc('int', [STRING], INT, (text) => {
      const int = stringToInt(text)
      return typeof int === 'string' ? refuse(int) : int
    }),
    celFunc('int', [DURATION], INT, (span) => nanosOf(span.message)),
    celFunc('uint', [STRING], UINT, (text) => {
      const value = /^\d{1,64}$/.test(text) ? BigInt(text) : 2n ** 64n
      return value < 2n ** 64n ? celUint(value) : refuse(`${JSON.stringify(text)} is no uint`)
    }),
    celFunc('double', [STRING], DOUBLE, (text) =>
      orRefuse(parseDouble(text), `${JSON.stringify(text)} is no double`),
    ),
    celFunc('bool', [STRING], BOOL, (text) =>
      orRefuse(parseBool(text), `${JSON.stringify(text)} is no bool`),
    ),
    celFunc('string', [DOUBLE], STRING, formatDouble),
    celFunc(
      'string',
      [DURATION],
      STRING,
      (span) => `${fixed(Number(span.message.seconds) + span.message.nanos / 1e9)}s`,
    ),
    celFunc('string', [TIMESTAMP], STRING, ({ message }) => {
      const whole = new Date(Number(message.seconds) * 1000).toISOString().replace(/\.000Z$/, '')
      const fraction = `${message.nanos}`.padStart(9, '0').replace(/0+$/, '')
      return `${whole}${fraction === '' ? '' : `.${fraction}`}Z`
    }),
    celFunc('duration', [STRING], DURATION, (text) => {
      const nanos = orRefuse(parseDuration(text), `${JSON.stringify(text)} is no duration`)
      return create(DurationSchema, { seconds: nanos / billion, nanos: Number(nanos % billion) })
    }),
    // A map has no keys of other types than these, and the library no answer for them.
    celFunc('@in', [DYN, mapType(DYN, DYN)], BOOL, () => false),
    // cel-go declares this overload and has nothing behind it.
    celFunc('duration', [INT], DURATION, () => refuse('there is no conversion from int to duration')),
    celFunc('timestamp', [STRING], TIMESTAMP, (text) =>
      create(TimestampSchema, orRefuse(parseTimestamp(text), `${JSON.stringify(text)} is no timestamp`)),
    ),
    celFunc('timestamp', [INT], TIMESTAMP, (seconds) =>
      seconds >= -62135596800n && seconds <= 253402300799n
        ? create(TimestampSchema, { seconds, nanos: 0 })
        : refuse('timestamp out of range'),
    ),
    celMethod('getMilliseconds', DURATION, [], INT, function () {
      return nanosOf(this.message) / 1_000_000n
    }),
    ...accessors,
  ]
}
