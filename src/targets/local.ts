import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { AmiproofError } from '../lib/errors.ts'
import type { Capability } from '../result/result.ts'
import { closable } from './closable.ts'
import type { OpenOptions } from './options.ts'
import { execThrough, type Start } from './shell.ts'
import type { Target } from './target.ts'

/** How long output may still come after the shell has ended, when a process that it left behind holds the pipes. */
const lingerMs = 2_000

/** As a shell gives it: 128 and the signal's number for a command that a signal ended. */
const status = (code: number | null, signal: NodeJS.Signals | null): number =>
  code ?? 128 + (signal ? constants.signals[signal] : 0)

const start: Start = ({ argv: [command = 'sh', ...rest], environment, stdin, stdout, stderr }) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, rest, { cwd: '/', env: { ...process.env, ...environment }, detached: true })
    const ended = new Promise<number>((done) => {
      child.on('exit', (code, signal) => {
        const linger = setTimeout(() => done(status(code, signal)), lingerMs)
        child.on('close', () => {
          clearTimeout(linger)
          done(status(code, signal))
        })
      })
    })
    child.stdout.on('data', stdout)
    child.stderr.on('data', stderr)
    // A shell that ends without reading its script closes the pipe; its exit status tells the story.
    child.stdin.on('error', () => {})
    child.stdin.end(stdin)
    child.on('error', reject)
    child.on('spawn', () =>
      resolve({
        ended,
        release: () => {
          child.stdout.destroy()
          child.stderr.destroy()
          child.unref()
        },
      }),
    )
  })

const everywhere: readonly Capability[] = ['systemd', 'cgroup2', 'network', 'kubelet']
const machineOnly: readonly Capability[] = [
  'kernel',
  'modules',
  'boot',
  'selinux',
  'imds',
  'instance-store',
  'gpu',
]

/** In a container the kernel and all that belongs to the machine are somebody else's. */
const isContainer = (): boolean => existsSync('/.dockerenv') || existsSync('/run/.containerenv')

/** This host, as the user who runs amiproof. Creates nothing. */
export const openLocal = async (rest: string, { maxOutputBytes }: OpenOptions): Promise<Target> => {
  if (rest !== '' || process.platform !== 'linux')
    throw new AmiproofError(
      rest === ''
        ? `cannot open local: on ${process.platform}: a node runs Linux; use docker: or another target`
        : `cannot open local:${rest}: this host has no other name than local:`,
      { kind: 'usage', code: 'bad-address', op: 'open a target', blame: 'user' },
    )
  return closable('local:', isContainer() ? everywhere : [...everywhere, ...machineOnly], {
    exec: execThrough('local:', start, maxOutputBytes),
    close: async () => {},
  })
}
