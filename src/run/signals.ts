/** A signal that is aborted by SIGINT, SIGTERM or SIGHUP. The second of them ends the process at once. */
export interface Interruption {
  readonly signal: AbortSignal
  /** Stops listening. */
  readonly end: () => void
}

export const untilSignal = (onFirst: (name: string) => void): Interruption => {
  const controller = new AbortController()
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const stop = (name: string) => {
    if (controller.signal.aborted) process.exit(130)
    onFirst(name)
    controller.abort(new Error(`interrupted by ${name}`))
  }
  for (const name of names) process.on(name, stop)
  return {
    signal: controller.signal,
    end: () => {
      for (const name of names) process.off(name, stop)
    },
  }
}
