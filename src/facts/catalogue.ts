import { accounts } from './accounts.ts'
import { certificates } from './certificates.ts'
import { checksums } from './checksums.ts'
import { cmdline } from './cmdline.ts'
import { configs } from './configs.ts'
import {
  containerdDump,
  containerdImages,
  containerdPlugins,
  containerdVersion,
  snapshots,
} from './containerd.ts'
import { daemonAnswers } from './daemon-answers.ts'
import { disks } from './disks.ts'
import { eksRelease } from './eks-release.ts'
import type { Fact } from './fact.ts'
import { accelerators } from './gpu/index.ts'
import { iptables } from './iptables.ts'
import { journalContainerd, journalErrors, journalKubelet, journalNodeadm, journalSoci } from './journal.ts'
import { kubeletVersion } from './kubelet-version.ts'
import { layerDisks } from './layer-disks.ts'
import { memory } from './memory.ts'
import { modules } from './modules.ts'
import { mounts } from './mounts.ts'
import { osRelease } from './os-release.ts'
import { packages } from './packages.ts'
import { processes } from './processes.ts'
import { programs } from './programs.ts'
import { sockets } from './sockets.ts'
import { stats } from './stats.ts'
import { surroundings } from './surroundings.ts'
import { sysctl } from './sysctl.ts'
import { systemd } from './systemd.ts'
import { uname } from './uname.ts'
import { unitFiles } from './unit-files.ts'
import { units } from './units.ts'

/** Every probe of a collection, by name. Adding one here is the whole registration. */
export const probes = {
  accounts,
  certificates,
  checksums,
  cmdline,
  configs,
  containerdDump,
  containerdImages,
  containerdPlugins,
  containerdVersion,
  disks,
  eksRelease,
  iptables,
  journalContainerd,
  journalErrors,
  journalKubelet,
  journalNodeadm,
  journalSoci,
  kubeletVersion,
  layerDisks,
  memory,
  modules,
  mounts,
  osRelease,
  packages,
  processes,
  programs,
  snapshots,
  sockets,
  stats,
  surroundings,
  sysctl,
  systemd,
  uname,
  unitFiles,
  units,
  ...accelerators,
  ...daemonAnswers,
} as const satisfies Record<string, Fact<unknown>>

export type ProbeName = keyof typeof probes

/** The parsed probes: all that a derived fact may read. */
export type Probed = { readonly [K in ProbeName]: ReturnType<(typeof probes)[K]['parse']> }
