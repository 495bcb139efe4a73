/** Nanoseconds by unit, as Go's time.ParseDuration names them. */
const units: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
}
const whole = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/
const term = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g

/** Nanoseconds of a duration in Go's notation (time.ParseDuration): `4h` and `4h0m0s` are the same. Undefined when it is none. */
export const goDuration = (text: string): number | undefined =>
  whole.test(text)
    ? (text.startsWith('-') ? -1 : 1) *
      [...text.matchAll(term)].reduce(
        (sum, [, amount = '', unit = '']) => sum + Number(amount) * (units[unit] ?? 0),
        0,
      )
    : undefined
