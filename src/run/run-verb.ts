import { readFileSync } from 'node:fs'
import { AmiproofError } from '../lib/errors.ts'
import { nearest } from '../lib/nearest.ts'
import { printable } from '../lib/printable.ts'
import type { Terminal } from './terminal.ts'
import { verbs } from './verbs.ts'

/** Runs a verb. What goes wrong is one sentence on stderr and an exit code: 3 for what is impossible, 130, else 2. */
export const runVerb = async (
  word: string,
  args: readonly string[],
  terminal: Terminal = thisProcess(),
): Promise<number> => {
  if (word === '--version' || word === '-V' || word === 'version') {
    terminal.out(`${terminal.version}\n`)
    return 0
  }
  try {
    const load = Object.entries(verbs).find(([name]) => name === word)?.[1]
    if (!load) throw unknownVerb(word)
    const verb = await load()
    return await verb(args, terminal)
  } catch (error) {
    if (!(error instanceof AmiproofError)) throw error
    terminal.err(`${printable(error.message)}\n`)
    return codeOf(error)
  }
}

const codeOf = ({ kind }: AmiproofError): number =>
  kind === 'usage' || kind === 'config' ? 3 : kind === 'interrupted' ? 130 : 2

const unknownVerb = (word: string): AmiproofError => {
  const near = nearest(word, Object.keys(verbs))
  return new AmiproofError(
    `amiproof: there is no verb ${JSON.stringify(word)}${near ? `, did you mean ${near}?` : '; amiproof --help lists them'}`,
    { kind: 'usage', code: 'unknown-verb', op: 'find the verb', blame: 'user' },
  )
}

/** The process that this runs in. */
export const thisProcess = (): Terminal => ({
  env: process.env,
  get cwd() {
    return folderHere()
  },
  version: versionHere(),
  now: () => new Date(),
  out: (text) => {
    process.stdout.write(text)
  },
  err: (text) => {
    process.stderr.write(text)
  },
  outIsTty: process.stdout.isTTY === true,
  errIsTty: process.stderr.isTTY === true,
})

const folderHere = (): string => {
  try {
    return process.cwd()
  } catch (cause) {
    throw new AmiproofError('amiproof: the current folder is gone; change to one that exists', {
      kind: 'usage',
      code: 'no-current-folder',
      op: 'find the current folder',
      blame: 'user',
      cause,
    })
  }
}

/** Both src/run and dist/run lie two folders below the package. */
const versionHere = (): string => {
  const { version }: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  )
  return version
}
