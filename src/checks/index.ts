import * as al2023 from './al2023.ts'
import type { Check } from './check.ts'
import * as checksums from './checksums.ts'
import * as cni from './cni.ts'
import * as containerd from './containerd.ts'
import * as containerdCri from './containerd-cri.ts'
import * as containerdUnit from './containerd-unit.ts'
import * as directories from './directories.ts'
import * as gpuBus from './gpu/bus.ts'
import * as gpuCdi from './gpu/cdi.ts'
import * as gpuContainers from './gpu/containers.ts'
import * as gpuDensity from './gpu/density.ts'
import * as gpuDiagnostic from './gpu/diagnostic.ts'
import * as gpuDriver from './gpu/driver.ts'
import * as gpuOnDisk from './gpu/driver-on-disk.ts'
import * as gpuEfa from './gpu/efa.ts'
import * as gpuFabric from './gpu/fabric.ts'
import * as gpuGsp from './gpu/gsp.ts'
import * as gpuHealth from './gpu/health.ts'
import * as gpuLink from './gpu/link-and-clocks.ts'
import * as gpuMig from './gpu/mig.ts'
import * as gpuModules from './gpu/modules.ts'
import * as gpuNeuron from './gpu/neuron.ts'
import * as gpuXid from './gpu/xid.ts'
import * as images from './images.ts'
import * as join from './join.ts'
import * as journal from './journal.ts'
import * as kubeconfig from './kubeconfig.ts'
import * as kubeletFlags from './kubelet-flags.ts'
import * as kubeletSettings from './kubelet-settings.ts'
import * as kubeletUnit from './kubelet-unit.ts'
import * as leftovers from './leftovers.ts'
import * as legacy from './legacy.ts'
import * as logs from './logs.ts'
import * as network from './network.ts'
import * as nodeFiles from './node-files.ts'
import * as os from './os.ts'
import * as packages from './packages.ts'
import * as processes from './processes.ts'
import * as proxy from './proxy.ts'
import * as registryHosts from './registry-hosts.ts'
import * as soci from './soci.ts'
import * as sociUse from './soci-use.ts'
import * as ssh from './ssh.ts'
import * as storage from './storage.ts'
import * as sysctl from './sysctl.ts'
import * as units from './units.ts'
import * as wasm from './wasm.ts'

/** A subject exports checks and lists of checks, and nothing else: exporting one registers it. */
type Subject = Readonly<Record<string, Check | readonly Check[]>>

const subjects: readonly Subject[] = [
  checksums,
  cni,
  containerd,
  containerdCri,
  containerdUnit,
  directories,
  images,
  journal,
  kubeletSettings,
  kubeletUnit,
  leftovers,
  logs,
  network,
  nodeFiles,
  os,
  processes,
  soci,
  sociUse,
  ssh,
  sysctl,
  kubeconfig,
  kubeletFlags,
  packages,
  storage,
  al2023,
  wasm,
  proxy,
  registryHosts,
  join,
  legacy,
  units,
  gpuBus,
  gpuCdi,
  gpuContainers,
  gpuDensity,
  gpuDiagnostic,
  gpuDriver,
  gpuOnDisk,
  gpuEfa,
  gpuFabric,
  gpuGsp,
  gpuHealth,
  gpuLink,
  gpuMig,
  gpuModules,
  gpuNeuron,
  gpuXid,
]

/** Every check of the house, by id. */
export const checks: readonly Check[] = subjects
  .flatMap((subject) => Object.values(subject).flat())
  .toSorted((a, b) => (a.id < b.id ? -1 : 1))

/** The checks that carry at least one of the tags (union). */
export const tagged = (...tags: readonly string[]): readonly Check[] =>
  checks.filter((check) => tags.some((tag) => check.tags.includes(tag)))
