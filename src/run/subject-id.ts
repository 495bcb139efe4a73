/** A name for each address: unique in the run, the same in every run, good in a file name. */
export const subjectIds = (addresses: readonly string[]): readonly string[] => {
  const taken = new Map<string, number>()
  return addresses.map((address) => {
    const slug =
      address
        .replace(/[^A-Za-z0-9.]+/g, '-')
        .replace(/^[-.]+|[-.]+$/g, '')
        .slice(0, 80) || 'node'
    const times = (taken.get(slug) ?? 0) + 1
    taken.set(slug, times)
    return times === 1 ? slug : `${slug}-${times}`
  })
}
