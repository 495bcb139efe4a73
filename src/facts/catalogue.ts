import { cmdline } from './cmdline.ts'
import { daemonAnswers } from './daemon-answers.ts'
import type { Fact } from './fact.ts'
import { osRelease } from './os-release.ts'
import { sysctl } from './sysctl.ts'

/** Every probe of a collection, by name. Adding one here is the whole registration. */
export const probes = { cmdline, osRelease, sysctl, ...daemonAnswers } as const satisfies Record<
  string,
  Fact<unknown>
>

export type ProbeName = keyof typeof probes

/** The parsed probes: all that a derived fact may read. */
export type Probed = { readonly [K in ProbeName]: ReturnType<(typeof probes)[K]['parse']> }
