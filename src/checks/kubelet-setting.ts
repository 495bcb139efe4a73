import type { Severity } from '../result/result.ts'

/** A field of the kubelet's configuration that is watched. */
export interface Setting {
  readonly slug: string
  /** Keys joined by dots. */
  readonly key: string
  readonly title: string
  readonly severity: Severity
  readonly trace: readonly string[]
  /** What the kubelet does when nobody sets it. */
  readonly otherwise?: unknown
  /** True: values are durations, and 4h is 4h0m0s. */
  readonly isDuration?: true
  /** Why a deviation hurts; the first sentence of the fix. */
  readonly harm: string
}
