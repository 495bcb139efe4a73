import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Report } from '../../src/result/report.ts'
import { parseReport } from '../../src/result/report-schema.ts'

export const cli = resolve('src/cli.ts')

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** `amiproof gate` as a process of its own, with what it has said so far. */
export interface Running {
  readonly child: ChildProcess
  /** Resolves once stderr or stdout holds this. */
  readonly says: (text: string | RegExp) => Promise<void>
  readonly ended: Promise<Ended>
}

export const newOut = (): string => mkdtempSync(join(tmpdir(), 'amiproof-out-'))

export const startGate = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Running =>
  start(process.execPath, [cli, 'gate', ...args], env)

export const start = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Running => {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  const listeners = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    for (const listener of listeners) listener()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
    for (const listener of listeners) listener()
  })
  const ended = new Promise<Ended>((done) => {
    child.on('close', (code) => done({ code, out, err }))
  })
  return {
    child,
    ended,
    says: (text) =>
      new Promise((done, fail) => {
        const look = () => {
          const said = err + out
          if (typeof text === 'string' ? said.includes(text) : text.test(said)) {
            listeners.delete(look)
            done()
          }
        }
        listeners.add(look)
        look()
        void ended.then(() => fail(new Error(`it ended without saying ${text}: ${err}${out}`)))
      }),
  }
}

/** The one report below a folder. */
export const reportIn = (out: string): Report => {
  const [run, ...more] = readdirSync(out)
  if (run === undefined || more.length > 0)
    throw new Error(`expected one run in ${out}, found ${[run, ...more].join(', ')}`)
  return parseReport(JSON.parse(readFileSync(join(out, run, 'report.json'), 'utf8')))
}

/** The containers and volumes of one process, by our labels. */
export const leftBy = (pid: number | undefined): readonly string[] =>
  ['ps -a', 'volume ls'].flatMap((what) =>
    spawnSync('docker', [...what.split(' '), '-q', '--filter', `label=amiproof.pid=${pid}`], {
      encoding: 'utf8',
    })
      .stdout.split('\n')
      .filter(Boolean),
  )

/** The container that a process made, once it runs. */
export const containerOf = (pid: number | undefined): string => {
  const [id] = spawnSync('docker', ['ps', '-q', '--filter', `label=amiproof.pid=${pid}`], {
    encoding: 'utf8',
  })
    .stdout.split('\n')
    .filter(Boolean)
  if (!id) throw new Error(`process ${pid} has no container`)
  return id
}
