import type { Probed } from './catalogue.ts'

/** A value computed from several probes; its readers cite every probe that it read. */
export interface Derived<T> {
  readonly from: (facts: Probed) => T
}

export const derive = <T>(from: (facts: Probed) => T): Derived<T> => ({ from })
