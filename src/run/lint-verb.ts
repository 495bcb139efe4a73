import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import type { Finding } from '../lib/finding.ts'
import { oneLine } from '../lib/printable.ts'
import { atLeast } from '../lib/versions.ts'
import type { NodeVersions } from '../render/lint-node-config.ts'
import { unwrap } from '../spec/envelope.ts'
import { parseFlags, usage } from './flags.ts'
import { linterFor, linterNames } from './linters.ts'
import type { Terminal, Verb } from './terminal.ts'

/** `amiproof lint FILE…`: findings as a compiler prints them. 1 when one of them is an error. */
export const lintVerb: Verb = async (args, terminal) => {
  const { values, positionals } = parseFlags('lint', args, {
    as: { type: 'string' },
    'containerd-version': { type: 'string' },
    'kubernetes-version': { type: 'string' },
  })
  if (positionals.length === 0) throw usage('lint', 'name the files to look at')
  if (values.as !== undefined && !linterNames.includes(values.as))
    throw usage('lint', `--as ${values.as} is none of ${linterNames.join(', ')}`)
  const versions = {
    containerd: versionFrom('--containerd-version', values['containerd-version']),
    kubernetes: versionFrom('--kubernetes-version', values['kubernetes-version']),
  }
  const found = positionals.flatMap((path) =>
    findingsIn(path, bytesAt(resolve(terminal.cwd, path)), values.as, versions, terminal).map((finding) => ({
      path,
      finding,
    })),
  )
  for (const { path, finding } of found) terminal.out(`${printed(path, finding)}\n`)
  return found.some(({ finding }) => finding.severity === 'error') ? 1 : 0
}

const findingsIn = (
  path: string,
  bytes: Uint8Array,
  asked: string | undefined,
  versions: NodeVersions,
  { err, cwd }: Terminal,
): readonly Finding[] => {
  const plain = Buffer.from(bytes).toString('utf8')
  const text = asked === undefined || asked === 'user-data' ? unpacked(path, plain, bytes) : plain
  const linter = linterFor(path, text, asked)
  if (!linter) throw usage('lint', `cannot tell what ${path} is; say it with --as ${linterNames.join('|')}`)
  if (text !== plain) err(`amiproof lint: ${path} is packed user data; places are those of the text inside\n`)
  const containerd = versions.containerd ?? containerdOf(versions.kubernetes)
  if (linter.name === 'containerd' && versions.containerd === undefined)
    err(
      `amiproof lint: reading ${path} as containerd ${containerd} does; --containerd-version names another\n`,
    )
  return linter.lint(text, { path, file: resolve(cwd, path), bytes, versions, containerd })
}

/** What EKS ships: containerd 1.7 with Kubernetes 1.28 and 1.29, 2.x from 1.30 (amazon-eks-ami at 81fec2e8, templates/al2023/variables-default.json). */
const containerdOf = (kubernetes: string | undefined): string =>
  kubernetes !== undefined && !atLeast(kubernetes, '1.30') ? '1.7' : '2.1'

/** The text of user data that is base64, gzip or both; any other text as it is. */
const unpacked = (path: string, plain: string, bytes: Uint8Array): string => {
  if (linterFor(path, plain) !== undefined) return plain
  try {
    const text = Buffer.from(unwrap(bytes, path)).toString('utf8')
    return linterFor(path, text)?.name === 'user-data' ? text : plain
  } catch (error) {
    // What cannot be unpacked is no user data of a known kind, and is said to be of no kind.
    if (error instanceof AmiproofError) return plain
    throw error
  }
}

const versionFrom = (flag: string, text: string | undefined): string | undefined => {
  if (text === undefined || /^v?\d+\.\d+(\.\d+)?([-+~].*)?$/.test(text)) return text?.replace(/^v/, '')
  throw usage('lint', `${flag} ${text} is no version such as 1.35.2`)
}

const printed = (path: string, { line, column, severity, rule, message, fix }: Finding): string =>
  `${path}:${line}:${column}: ${severity}: ${oneLine(message)} [${rule}]${fix ? `\n  fix: ${oneLine(fix)}` : ''}`

const bytesAt = (path: string): Uint8Array => {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new AmiproofError(`cannot read ${path}: ${messageOf(cause)}`, {
      kind: 'usage',
      code: 'unreadable-file',
      op: `lint ${path}`,
      blame: 'user',
      cause,
    })
  }
}
