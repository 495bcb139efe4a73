const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** RFC 7396: objects merge, null removes, everything else replaces. */
export const patched = (target: unknown, patch: unknown): unknown => {
  if (!isObject(patch)) return patch
  const base = isObject(target) ? target : {}
  const kept = Object.entries(base).filter(([key]) => patch[key] !== null)
  const given = Object.entries(patch).filter(([, value]) => value !== null)
  return Object.fromEntries([...kept, ...given.map(([key, value]) => [key, patched(base[key], value)])])
}
