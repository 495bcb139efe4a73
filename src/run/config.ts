import { dirname, resolve } from 'node:path'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import type { Waiver } from '../result/result.ts'
import { readConfigText } from './config-file.ts'
import { ConfigFile, WaiverFile } from './config-schema.ts'
import { textAt } from './read-file.ts'

/** What a flag or a variable said, as text; what was not said is absent. */
export interface Asked {
  readonly config?: string
  readonly targets?: readonly string[]
  readonly spec?: string
  readonly suites?: readonly string[]
  readonly out?: string
  readonly junit?: string
  readonly format?: string
  readonly requireProof?: boolean
  readonly acceptInferred?: boolean
  readonly log?: string
}

/** How to run, decided once: flag before `AMIPROOF_*` environment before `amiproof.toml`. Paths are absolute. */
export interface Settings {
  readonly targets: readonly string[]
  readonly spec?: string
  readonly suites: readonly string[]
  readonly out: string
  readonly junit: 'strict' | 'rich'
  /** What a gate writes to stdout. */
  readonly format: 'text' | 'tap' | 'ndjson'
  /** Absent: as the target's kind has it. */
  readonly requireProof?: boolean
  readonly acceptInferred: boolean
  readonly log: 'text' | 'json'
  readonly checkModules: readonly string[]
  readonly frameworkFiles: readonly string[]
  readonly waivers: readonly Waiver[]
}

type Environment = Readonly<Record<string, string | undefined>>

/** Reads the configuration. Throws an {@link AmiproofError} of kind `config` for a bad file and `usage` for a bad flag or variable. */
export const settle = (flags: Asked, env: Environment, cwd: string): Settings => {
  const asked = { ...fromEnvironment(env), ...defined(flags) }
  const file = configFile(asked.config, cwd)
  const spec = asked.spec === undefined ? file.spec : resolve(cwd, asked.spec)
  const requireProof = asked.requireProof ?? file.requireProof
  return {
    targets: asked.targets ?? file.targets ?? [],
    ...(spec === undefined ? {} : { spec }),
    suites: asked.suites ?? file.suites ?? [],
    out: asked.out === undefined ? (file.out ?? resolve(cwd, 'reports')) : resolve(cwd, asked.out),
    junit: oneOf('junit', asked.junit, ['strict', 'rich']) ?? file.junit ?? 'strict',
    format: oneOf('format', asked.format, ['text', 'tap', 'ndjson']) ?? 'text',
    ...(requireProof === undefined ? {} : { requireProof }),
    acceptInferred: asked.acceptInferred ?? file.acceptInferred ?? false,
    log: oneOf('log', asked.log, ['text', 'json']) ?? file.log ?? 'text',
    checkModules: file.checks,
    frameworkFiles: file.frameworks,
    waivers: file.waiver,
  }
}

/** A list as people type it: `a,b` or `a b`. */
export const listOf = (text: string): readonly string[] => text.split(/[\s,]+/).filter(Boolean)

const fromEnvironment = (env: Environment): Asked => {
  const said = (name: string) => env[`AMIPROOF_${name}`] || undefined
  const list = (name: string) => said(name) && listOf(said(name) ?? '')
  return defined({
    config: said('CONFIG'),
    targets: list('TARGETS'),
    spec: said('SPEC'),
    suites: list('SUITES'),
    out: said('OUT'),
    junit: said('JUNIT'),
    format: said('FORMAT'),
    requireProof: yesOrNo('AMIPROOF_REQUIRE_PROOF', said('REQUIRE_PROOF')),
    acceptInferred: yesOrNo('AMIPROOF_ACCEPT_INFERRED', said('ACCEPT_INFERRED')),
    log: said('LOG'),
  })
}

const yesOrNo = (name: string, value: string | undefined): boolean | undefined => {
  if (value === undefined) return undefined
  if (value === 'true' || value === '1') return true
  if (value === 'false' || value === '0') return false
  throw usage(`${name}=${value} is neither true nor false`)
}

const oneOf = <T extends string>(
  name: string,
  value: string | undefined,
  known: readonly T[],
): T | undefined => {
  if (value === undefined) return undefined
  const found = known.find((one) => one === value)
  if (!found) throw usage(`${name} cannot be ${JSON.stringify(value)}: it is ${known.join(' or ')}`)
  return found
}

const usage = (message: string): AmiproofError =>
  new AmiproofError(message, { kind: 'usage', code: 'bad-setting', op: 'read the settings', blame: 'user' })

/** Drops what is undefined, so that it does not hide what a lesser source said. */
const defined = (asked: { readonly [K in keyof Asked]: Asked[K] | undefined | '' }): Asked =>
  Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined && value !== ''))

const configFile = (asked: string | undefined, cwd: string): ConfigFile => {
  const path = resolve(cwd, asked ?? 'amiproof.toml')
  const text = textOf(path, asked === undefined)
  if (text === undefined) return { checks: [], frameworks: [], waivers: [], waiver: [] }
  const file = readConfigText(text, path, ConfigFile)
  const from = (name: string) => resolve(dirname(path), name)
  const named = file.waivers
    .map(from)
    .flatMap((name) => readConfigText(textOf(name, false) ?? '', name, WaiverFile).waiver)
  return {
    ...file,
    ...(file.spec === undefined ? {} : { spec: from(file.spec) }),
    ...(file.out === undefined ? {} : { out: from(file.out) }),
    checks: file.checks.map(from),
    frameworks: file.frameworks.map(from),
    waiver: [...file.waiver, ...named],
  }
}

const textOf = (path: string, mayBeMissing: boolean): string | undefined => {
  try {
    return textAt(path)
  } catch (error) {
    if (mayBeMissing && error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new AmiproofError(`cannot read ${path}: ${messageOf(error)}`, {
      kind: 'config',
      code: 'unreadable-config',
      op: `read ${path}`,
      blame: 'user',
      cause: error,
    })
  }
}
