import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Whose a created thing is: enough to tell, later and from another process, whether anybody still needs it. */
export interface Owner {
  /** The run's id, as in `reports/<run>/`. */
  readonly run: string
  readonly pid: number
  /** The kernel's start time of that process in clock ticks since boot, because pids are used again; '' where /proc does not say. */
  readonly started: string
  /** Host, boot and pid namespace in which `pid` means that process. */
  readonly host: string
  /** After this moment nobody needs it, whatever else is true. */
  readonly expires: Date
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}

const pidNamespace = (): string => {
  try {
    return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')
  } catch {
    return ''
  }
}

const here = (): string => [hostname(), read('/proc/sys/kernel/random/boot_id'), pidNamespace()].join('/')

/** State and start time of a process: fields 3 and 22 of proc_pid_stat(5), counted after the command name, which may hold anything. */
const processStat = (pid: number): { readonly state: string; readonly started: string } | undefined => {
  const fields = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ')
  const [state, started] = [fields[0], fields[19]]
  return state && started ? { state, started } : undefined
}

/** This process, as the owner of what `run` creates. */
export const ownerHere = (run: string, lifetimeMinutes: number, now: Date): Owner => ({
  run,
  pid: process.pid,
  started: processStat(process.pid)?.started ?? '',
  host: here(),
  expires: new Date(now.getTime() + lifetimeMinutes * 60_000),
})

/** As labels of a container, a volume or a build. Every thing we make has `amiproof`. */
export const labelsOf = (owner: Owner): Record<string, string> => ({
  amiproof: '',
  'amiproof.run': owner.run,
  'amiproof.pid': String(owner.pid),
  'amiproof.started': owner.started,
  'amiproof.host': owner.host,
  'amiproof.expires': owner.expires.toISOString(),
})

/** Reads labels back. A missing or mangled expiry counts as long past: what we labelled and cannot attribute is not kept. */
export const ownerOf = (labels: Readonly<Record<string, string>>): Owner => {
  const expires = new Date(labels['amiproof.expires'] ?? '')
  return {
    run: labels['amiproof.run'] ?? '',
    pid: Number(labels['amiproof.pid']),
    started: labels['amiproof.started'] ?? '',
    host: labels['amiproof.host'] ?? '',
    expires: Number.isNaN(expires.getTime()) ? new Date(0) : expires,
  }
}

const isRunning = ({ pid, started }: Owner): boolean => {
  const stat = processStat(pid)
  if (stat) return stat.state !== 'Z' && stat.state !== 'X' && stat.started === started
  if (started !== '') return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * Why nobody needs a thing any more, or undefined while somebody may.
 * A process can be looked up only in its own host, boot and pid namespace; from elsewhere the expiry alone decides.
 */
export const whyAbandoned = (owner: Owner, now: Date): string | undefined => {
  if (owner.expires <= now) return `expired ${owner.expires.toISOString()}`
  if (owner.host === here() && !isRunning(owner)) return `process ${owner.pid} of run ${owner.run} has ended`
  return undefined
}
