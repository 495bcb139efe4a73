/** Tiers of a reservation: so much of the first gibibytes, so much of the next. */
const gkeTiers = [
  { gibibytes: 4, percent: 25 },
  { gibibytes: 4, percent: 20 },
  { gibibytes: 8, percent: 10 },
  { gibibytes: 112, percent: 6 },
  { gibibytes: Number.POSITIVE_INFINITY, percent: 2 },
] as const

/** What GKE reserves, in MiB: by memory and not by pods, which is worse for one big pod (GKE documentation, "Memory and CPU reservations"). */
export const gkeReservedMemoryMi = (memoryMi: number): number => {
  if (memoryMi < 1024) return 255
  let left = memoryMi
  let hundredths = 0
  for (const { gibibytes, percent } of gkeTiers) {
    const here = Math.min(left, gibibytes * 1024)
    hundredths += here * percent
    left -= here
  }
  return Math.ceil(hundredths / 100)
}

/** What AKS reserves from 1.29 on, in MiB: 20 for each pod and 50, at most a quarter of the memory (AKS documentation, "Node resource reservations"). */
export const aksReservedMemoryMi = (maxPods: number, memoryMi: number): number =>
  Math.min(20 * maxPods + 50, Math.floor(memoryMi / 4))
