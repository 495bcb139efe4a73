/** What a promise became, or undefined when it is not settled in time. Rejects as the promise does. */
export const within = async <T>(ms: number, promise: Promise<T>): Promise<T | undefined> => {
  const { promise: late, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(resolve, ms, undefined)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
