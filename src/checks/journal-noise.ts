import known from './journal-noise.json' with { type: 'json' }
import { type LogLine, readLogLine } from './log-line.ts'

/** A line that is expected on a healthy node. */
export interface Noise {
  readonly unit: string
  /** Regular expression over what the line says. */
  readonly matches: string
  readonly reason: string
  /** The last day (YYYY-MM-DD, UTC) on which it is excused: then somebody looks whether it still has to be. */
  readonly until: string
  readonly source: string
}

export const noise: readonly Noise[] = known

const patterns = new Map(noise.map((one) => [one, new RegExp(one.matches)]))

export interface Heard extends LogLine {
  readonly line: string
}

/**
 * The lines of a unit that nobody explained, on a day (YYYY-MM-DD, UTC). An explanation that has expired no longer counts, and the line says so.
 */
export const unexplained = (
  unit: string,
  entries: readonly { readonly message: string; readonly priority?: number | undefined }[],
  day: string,
): readonly Heard[] =>
  entries.flatMap(({ message, priority }): readonly Heard[] => {
    const heard = readLogLine(message, priority)
    if (heard.level === 'info') return []
    const excuse = noise.find((one) => one.unit === unit && patterns.get(one)?.test(heard.says))
    if (excuse === undefined) return [{ ...heard, line: message }]
    if (day <= excuse.until) return []
    return [{ ...heard, line: `${message} (explained until ${excuse.until}: ${excuse.reason})` }]
  })
