import type Docker from 'dockerode'

/** What an engine says while it builds or pulls. */
export interface EngineEvent {
  readonly stream?: string
  readonly error?: string
}

/** Follows a build or a pull to its end. Rejects with what the engine says went wrong: docker-modem 5 ends quietly after an event with an error. */
export const follow = (
  engine: Docker,
  stream: NodeJS.ReadableStream,
  onEvent: (event: EngineEvent) => void = () => {},
): Promise<void> =>
  new Promise((resolve, reject) => {
    let failure: Error | undefined
    engine.modem.followProgress(
      stream,
      (error) => {
        const wrong = error ?? failure
        if (wrong) reject(wrong)
        else resolve()
      },
      (event: EngineEvent) => {
        if (event.error !== undefined) failure = new Error(event.error)
        onEvent(event)
      },
    )
  })
