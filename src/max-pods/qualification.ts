/**
 * A trial of many pods on one node: ramp up to the number with pause and probe pods, hold for half an hour, then kill a tenth of them each
 * minute. What it must show is in {@link densityFindings}.
 */
export interface DensityTrial {
  /** Digest or id of the image that was tried. */
  readonly image: string
  readonly instanceType: string
  readonly pods: number
  readonly holdMinutes: number
  readonly notReadySeconds: number
  readonly podStartP99Seconds: number
  readonly plegRelistP99Seconds: number
  readonly plegUnhealthyMessages: number
  /** kubelet and containerd together, at the most. */
  readonly daemonMemoryMi: number
  readonly reservedMemoryMi: number
  readonly cpuThrottledPercent: number
  readonly kubeletRestarts: number
  /** Outside of pods. */
  readonly oomKills: number
  readonly evictions: number
  /** `linklocal_allowance_exceeded` of all interfaces: DNS and instance metadata that was dropped. */
  readonly linkLocalDrops: number
  readonly memoryAvailableMi: number
  readonly evictionMemoryMi: number
}

/** EKS's own ceiling; above it a node is out of what Kubernetes and EKS test. */
export const greatestUnqualified = 250

/**
 * What a trial failed to show, in sentences; empty: it qualifies its image and type for its number of pods. Kubernetes is tested with 110 pods
 * on a node and EKS allows 250: memory alone does not make 737 safe, because kubelet and containerd get no more CPU for them.
 */
export const densityFindings = (trial: DensityTrial): readonly string[] => {
  const must = (holds: boolean, sentence: string): readonly string[] => (holds ? [] : [sentence])
  const none = (name: string, count: number): readonly string[] =>
    must(count === 0, `${name}: ${count}, not none`)
  return [
    ...must(trial.holdMinutes >= 30, `the pods were held for ${trial.holdMinutes} minutes, not 30`),
    ...none('seconds in which the node was not ready', trial.notReadySeconds),
    ...must(
      trial.podStartP99Seconds < 60,
      `the slowest pods took ${trial.podStartP99Seconds} s to start, not below 60`,
    ),
    ...must(
      trial.plegRelistP99Seconds < 1,
      `relisting pods took ${trial.plegRelistP99Seconds} s, not below 1`,
    ),
    ...none('"PLEG is not healthy" messages', trial.plegUnhealthyMessages),
    ...must(
      trial.daemonMemoryMi <= trial.reservedMemoryMi * 0.8,
      `kubelet and containerd used ${trial.daemonMemoryMi} Mi, more than 80 % of the ${trial.reservedMemoryMi} Mi reserved`,
    ),
    ...must(
      trial.cpuThrottledPercent < 5,
      `their CPU was throttled ${trial.cpuThrottledPercent} % of the time, not below 5`,
    ),
    ...none('restarts of the kubelet', trial.kubeletRestarts),
    ...none('OOM kills outside of pods', trial.oomKills),
    ...none('evictions', trial.evictions),
    ...none('dropped link-local packets', trial.linkLocalDrops),
    ...must(
      trial.memoryAvailableMi > trial.evictionMemoryMi * 1.1,
      `${trial.memoryAvailableMi} Mi were left, not 10 % more than the eviction threshold of ${trial.evictionMemoryMi} Mi`,
    ),
  ]
}
