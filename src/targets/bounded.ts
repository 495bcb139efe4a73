/** Bytes kept up to a bound; what comes later is counted as cut and let go, so that the writer never blocks. */
export interface Bounded {
  push(chunk: Uint8Array): void
  readonly bytes: () => Buffer
  readonly truncated: () => boolean
}

export const bounded = (maxBytes: number): Bounded => {
  const chunks: Uint8Array[] = []
  let room = maxBytes
  let cut = false
  return {
    push: (chunk) => {
      if (chunk.length > room) cut = true
      if (room > 0) chunks.push(chunk.subarray(0, room))
      room = Math.max(0, room - chunk.length)
    },
    bytes: () => Buffer.concat(chunks),
    truncated: () => cut,
  }
}
