/** The flags that the calculators of AL2 and eksnode take, as text where text decides. */
export interface CniFlags {
  /** As given on the command line: `1.18.0`, `v1.18.1-eksbuild.3`. */
  readonly cniVersion: string
  readonly customNetworking: boolean
  readonly prefixDelegation: boolean
  /** Null or empty: not given. */
  readonly maxEnis: number | string | null
  /** bash only: no ceiling. */
  readonly showMaxAllowed: boolean
}
