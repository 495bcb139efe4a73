import { capped, oneLine } from '../lib/printable.ts'
import type { Terminal } from './terminal.ts'

/** What happens, told to the person who waits and to whom it may concern later. Everything goes to stderr. */
export interface Log {
  /** One line about what is being done now. */
  readonly progress: (line: string) => void
  readonly warn: (message: string, fields?: Fields) => void
  readonly info: (message: string, fields?: Fields) => void
  readonly debug: (message: string, fields?: Fields) => void
  /** A log whose every line carries these fields, e.g. the node and the phase. */
  readonly with: (fields: Fields) => Log
  /** Ends the live line; nothing may be logged after. */
  readonly end: () => void
}
type Fields = Readonly<Record<string, string | number>>
type Level = 'warn' | 'info' | 'debug'

export interface LogOptions {
  readonly format: 'text' | 'json'
  /** 0: progress and warnings; 1: information; 2: everything. */
  readonly verbosity: number
  /** On every line. */
  readonly fields: Fields
}

/** Opens the log. pino is loaded only where it writes: for `--log json` and from `-v` on. */
export const openLog = async (
  terminal: Terminal,
  { format, verbosity, fields }: LogOptions,
): Promise<Log> => {
  const level = verbosity >= 2 ? 'debug' : verbosity === 1 || format === 'json' ? 'info' : 'warn'
  const live = liveLine(terminal)
  const write = format === 'json' ? terminal.err : (text: string) => live.above(readable(text))
  const sink =
    format === 'json' || verbosity > 0
      ? await pinoSink(level, write)
      : (said: Level, line: Fields, message: string) => {
          if (said === 'warn') live.above(`${textLine('warn', line, message)}\n`)
        }
  const logWith = (carried: Fields): Log => ({
    progress: (line) =>
      format === 'json' ? sink('info', carried, line) : live.show(`${nodeOf(carried)}${oneLine(line)}`),
    warn: (message, more = {}) => sink('warn', { ...carried, ...more }, message),
    info: (message, more = {}) => sink('info', { ...carried, ...more }, message),
    debug: (message, more = {}) => sink('debug', { ...carried, ...more }, message),
    with: (more) => logWith({ ...carried, ...more }),
    end: live.end,
  })
  return logWith(fields)
}

type Sink = (level: Level, fields: Fields, message: string) => void

const pinoSink = async (level: Level, write: (text: string) => void): Promise<Sink> => {
  const { pino } = await import('pino')
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  )
  return (said, fields, message) => logger[said](fields, oneLine(message))
}

const nodeOf = ({ node }: Fields): string => (node === undefined ? '' : `${node}: `)

/** A line of pino as people read it. */
const readable = (json: string): string => {
  const { level, time, msg, ...fields }: Record<string, unknown> = JSON.parse(json)
  return `${String(time).slice(11, 19)} ${textLine(String(level), fields, String(msg))}\n`
}

const textLine = (level: string, fields: Readonly<Record<string, unknown>>, message: string): string =>
  `${level.padEnd(5)} ${capped(oneLine(message), 1_000)}${Object.entries(fields)
    .map(([name, value]) => ` ${name}=${oneLine(String(value))}`)
    .join('')}`

/** On a terminal one line that is written over; elsewhere each new line once. */
const liveLine = ({ err, errIsTty }: Terminal) => {
  let shown = ''
  const clear = () => {
    if (shown && errIsTty) err('\r\x1b[K')
  }
  return {
    show: (line: string) => {
      if (line === shown) return
      clear()
      shown = line
      err(errIsTty ? line.slice(0, 120) : `${line}\n`)
    },
    /** Writes whole lines, and the live line again below them. */
    above: (text: string) => {
      clear()
      err(text)
      if (errIsTty && shown) err(shown.slice(0, 120))
    },
    end: () => {
      clear()
      shown = ''
    },
  }
}
