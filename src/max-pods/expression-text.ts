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
    if (!/^[+-]?\d{1,2}$/.test(hours) || !/^\d{1,2}$/.test(minutes)) throw new Error(`no time zone ${zone}`)
    const sign = hours.startsWith('-') ? -1 : 1
    return new Date(milliseconds + (Number(hours) * 60 + sign * Number(minutes)) * 60_000)
  }
  if (zone === '' || zone === 'UTC') return new Date(milliseconds)
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
