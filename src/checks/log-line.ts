/** How grave a line is, by its own words where it has some, else by the priority under which the journal filed it. */
export type Level = 'fatal' | 'error' | 'warning' | 'info'

export interface LogLine {
  readonly level: Level
  /** What it says, without time and level: for logfmt, `msg` and `error` joined by a colon. */
  readonly says: string
}

const field = (line: string, name: string): string | undefined => {
  const value = new RegExp(`(?:^|\\s)${name}=("(?:[^"\\\\]|\\\\.)*"|\\S*)`).exec(line)?.[1]
  return value?.startsWith('"') ? value.slice(1, -1).replace(/\\(["\\])/g, '$1') : value
}

const logrus: Readonly<Record<string, Level>> = {
  panic: 'fatal',
  fatal: 'fatal',
  error: 'error',
  warning: 'warning',
  warn: 'warning',
}

const klog: Readonly<Record<string, Level>> = { F: 'fatal', E: 'error', W: 'warning', I: 'info' }

/**
 * Reads a line of containerd (logfmt), of SOCI (JSON), of the kubelet (klog), or of anything else. `priority` is the journal's PRIORITY, 0 to 7: programs
 * that only write to stderr have all their lines filed under one, so their own level comes first.
 */
export const readLogLine = (line: string, priority: number | undefined): LogLine => {
  const message = field(line, 'msg')
  const level = field(line, 'level')
  if (message !== undefined && level !== undefined) {
    const error = field(line, 'error')
    return { level: logrus[level] ?? 'info', says: error === undefined ? message : `${message}: ${error}` }
  }
  const json = jsonLine(line)
  if (json !== undefined) return json
  const [, letter, says] = /^([FEWI])\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ (.*)$/s.exec(line) ?? []
  if (letter !== undefined && says !== undefined) return { level: klog[letter] ?? 'info', says }
  const deprecated = /^Flag --\S+ has been deprecated/.test(line)
  return { level: deprecated ? 'warning' : byPriority(priority), says: line }
}

const jsonLine = (line: string): LogLine | undefined => {
  if (!line.startsWith('{')) return undefined
  try {
    const { level, msg, error }: Readonly<Record<string, unknown>> = JSON.parse(line)
    if (typeof level !== 'string' || typeof msg !== 'string') return undefined
    return { level: logrus[level] ?? 'info', says: error === undefined ? msg : `${msg}: ${error}` }
  } catch {
    // Not JSON after all: the journal's priority decides.
    return undefined
  }
}

const byPriority = (priority = 6): Level =>
  priority <= 2 ? 'fatal' : priority === 3 ? 'error' : priority === 4 ? 'warning' : 'info'
