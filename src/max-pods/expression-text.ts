/** Go's `%g`: the shortest digits that read back the same, with an exponent below 1e-4 and from 1e+06 on (strconv/ftoa.go). */
export const formatDouble = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (Object.is(value, -0)) return '-0'
  const [digits = '', exponent = '0'] = value.toExponential().split('e')
  const power = Number(exponent)
  if (value !== 0 && (power < -4 || power >= 6))
    return `${digits}e${power < 0 ? '-' : '+'}${`${Math.abs(power)}`.padStart(2, '0')}`
  return fixed(value)
}

/** Go's `'f', -1`: never an exponent. */
export const fixed = (value: number): string => {
  const text = `${value}`
  if (!text.includes('e')) return text
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e')
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.')
  const power = Number(exponent)
  const sign = value < 0 ? '-' : ''
  return power < 0
    ? `${sign}0.${'0'.repeat(-power - 1)}${whole}${fraction}`
    : `${sign}${(whole + fraction).padEnd(power + 1, '0')}`
}

const decimal = /^[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)([eE][+-]?\d+(_\d+)*)?$/

/** Go's strconv.ParseFloat for decimal numbers; undefined where it refuses. */
export const parseDouble = (text: string): number | undefined => {
  const special = /^([+-]?)(?:inf|infinity|(nan))$/i.exec(text)
  if (special) {
    if (special[2] !== undefined) return special[1] === '' ? Number.NaN : undefined
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  if (text.length > 1000 || !decimal.test(text)) return undefined
  const value = Number(text.replaceAll('_', ''))
  return Number.isFinite(value) ? value : undefined
}

/** Go's strconv.ParseBool. */
export const parseBool = (text: string): boolean | undefined => {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true
  return ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text) ? false : undefined
}

/** The moment's wall clock in a zone, as a Date whose UTC fields are that clock: an offset such as `-07:30`, or a name such as `Europe/Berlin`. */
export const wallClock = (milliseconds: number, zone: string): Date => {
  const colon = zone.indexOf(':')
  if (colon >= 0) {
    const [hours, minutes] = [zone.slice(0, colon), zone.slice(colon + 1)]
    if (!/^[+-]?\d{1,6}$/.test(hours) || !/^[+-]?\d{1,6}$/.test(minutes))
      throw new Error(`no time zone ${zone}`)
    const sign = hours.startsWith('-') ? -1 : 1
    return new Date(milliseconds + (Number(hours) * 60 + sign * Number(minutes)) * 60_000)
  }
  if (zone === '' || zone === 'UTC') return new Date(milliseconds)
  if (!/^[A-Za-z]/.test(zone)) throw new Error(`no time zone ${zone}`)
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(milliseconds)
  const field = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0)
  const clock = new Date(0)
  clock.setUTCFullYear(field('year'), field('month') - 1, field('day'))
  clock.setUTCHours(field('hour'), field('minute'), field('second'), ((milliseconds % 1000) + 1000) % 1000)
  return clock
}

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d{1,2}):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/

/** Go's time.Parse(time.RFC3339) within CEL's years 1 to 9999; undefined where it refuses. It takes an hour of one digit and a comma. */
export const parseTimestamp = (
  text: string,
): { readonly seconds: bigint; readonly nanos: number } | undefined => {
  const [, year, month, day, hour, minute, second, fraction = '', sign, hours = '0', minutes = '0'] =
    rfc3339.exec(text) ?? []
  const clock = new Date(0)
  clock.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  clock.setUTCHours(Number(hour), Number(minute), Number(second))
  const exists = clock.getUTCMonth() === Number(month) - 1 && clock.getUTCDate() === Number(day)
  if (!exists || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  if (Number(hours) > 24 || Number(minutes) > 60) return undefined
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60 : 60)
  const seconds = BigInt(clock.getTime() / 1000 - offset)
  return seconds >= -62135596800n && seconds <= 253402300799n
    ? { seconds, nanos: Number(fraction.slice(0, 9).padEnd(9, '0')) }
    : undefined
}

const units: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
])

/** Go's time.ParseDuration in nanoseconds: `-1h15m30.918s`; undefined where it refuses, or where 64 bits do not hold it. */
export const parseDuration = (text: string): bigint | undefined => {
  if (/^[+-]?0$/.test(text)) return 0n
  const [, sign, parts = ''] = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(text) ?? []
  if (text.length > 1000 || parts === '') return undefined
  let nanos = 0n
  for (const [, whole, fraction = '', unit = ''] of parts.matchAll(/(\d*)\.?(\d*)([a-zµμ]+)/g)) {
    const size = units.get(unit) ?? 0n
    nanos += BigInt(whole || 0) * size + (BigInt(fraction || 0) * size) / 10n ** BigInt(fraction.length)
  }
  return nanos < 2n ** 63n ? (sign === '-' ? -nanos : nanos) : undefined
}
