import { type ParseArgsConfig, parseArgs } from 'node:util'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { nearest } from '../lib/nearest.ts'
import { type Asked, listOf, type Settings, settle } from './config.ts'
import type { Terminal } from './terminal.ts'

type Options = NonNullable<ParseArgsConfig['options']>

/** Flags of every verb that runs against targets. */
export const runFlags = {
  config: { type: 'string' },
  spec: { type: 'string' },
  suite: { type: 'string', multiple: true },
  out: { type: 'string' },
  junit: { type: 'string' },
  format: { type: 'string' },
  'require-proof': { type: 'boolean' },
  'accept-inferred': { type: 'boolean' },
} as const satisfies Options

export const logFlags = {
  log: { type: 'string' },
  verbose: { type: 'boolean', short: 'v', multiple: true },
} as const satisfies Options

/** Arguments as `parseArgs` reads them; a mistake is one sentence that names the nearest flag. Throws an {@link AmiproofError} of kind `usage`. */
export const parseFlags = <const O extends Options>(verb: string, args: readonly string[], options: O) => {
  const known = Object.keys(options).map((name) => `--${name}`)
  for (const arg of args) {
    if (arg === '--') break
    const name = /^--(?:no-)?([^=]+)/.exec(arg)?.[1]
    if (name === undefined || Object.hasOwn(options, name)) continue
    const near = nearest(`--${name}`, known)
    throw usage(
      verb,
      `there is no --${name}${near ? `, did you mean ${near}?` : `; it takes ${known.join(' ') || 'no flags'}`}`,
    )
  }
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, allowNegative: true })
  } catch (error) {
    throw usage(verb, messageOf(error).split('. ')[0] ?? '')
  }
}

/** The settings of a run: what the flags, the environment and amiproof.toml say. */
export const flagsOf = (
  verb: string,
  args: readonly string[],
  options: typeof runFlags & typeof logFlags,
  { env, cwd }: Terminal,
): { readonly settings: Settings; readonly verbosity: number } => {
  const { values, positionals } = parseFlags(verb, args, options)
  const asked: { -readonly [K in keyof Asked]: Asked[K] } = {}
  if (positionals.length > 0) asked.targets = positionals
  if (values.suite) asked.suites = suitesAsked(verb, values.suite)
  for (const name of ['config', 'spec', 'out', 'junit', 'format', 'log'] as const) {
    const value = values[name]
    if (value === '') throw usage(verb, `--${name} is empty`)
    if (value !== undefined) asked[name] = value
  }
  if (values['require-proof'] !== undefined) asked.requireProof = values['require-proof']
  if (values['accept-inferred'] !== undefined) asked.acceptInferred = values['accept-inferred']
  return { settings: settle(asked, env, cwd), verbosity: values.verbose?.filter(Boolean).length ?? 0 }
}

/** The suites that `--suite` names, each time it is given. Naming none is a mistake, and not the same as saying nothing. */
export const suitesAsked = (verb: string, given: readonly string[] = []): readonly string[] =>
  given.flatMap((text) => {
    const named = listOf(text)
    if (named.length === 0) throw usage(verb, '--suite is empty')
    return named
  })

export const usage = (verb: string, why: string): AmiproofError =>
  new AmiproofError(`amiproof ${verb}: ${why}`, {
    kind: 'usage',
    code: 'bad-usage',
    op: `read the arguments of ${verb}`,
    blame: 'user',
  })
