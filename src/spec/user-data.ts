import { Buffer } from 'node:buffer'
import { compareBytes } from '../lib/bytes.ts'
import { AmiproofError } from '../lib/errors.ts'
import { decodeNodeConfig } from './decode-node-config.ts'
import { refuseTooLarge, unwrap } from './envelope.ts'
import { type MediaType, parseMediaType } from './media-type.ts'
import { readHeaders } from './mime-header.ts'
import { type Multipart, splitMultipart } from './multipart.ts'
import { mergeNodeConfigs, type NodeConfigDocument } from './node-config-document.ts'
import { userDataError } from './user-data-error.ts'

/** The media type of a NodeConfig part. */
export const nodeConfigMediaType = 'application/node.eks.aws'

/** A MIME message, or undefined where nodeadm takes the whole text for a NodeConfig: anything that does not parse as multipart headers. */
export const readMultipart = (bytes: Uint8Array): Multipart | undefined => {
  const text = Buffer.from(bytes).toString('latin1')
  const head = readHeaders(text, 0, 'mail')
  if (typeof head === 'string' || (!head.ended && head.headers.size === 0)) return undefined
  const media = parseMediaType(head.headers.get('content-type') ?? '')
  if (typeof media === 'string' || !media.type.startsWith('multipart/')) return undefined
  return splitMultipart(text, head.next, media.parameters.get('boundary') ?? '')
}

const badMime = (problem: string) =>
  userDataError('bad-mime', `reading the MIME user data: ${problem}; see RFC 2046 section 5.1`)

/** The NodeConfig of a text that may be multipart, as nodeadm's ParseMaybeMultipart has it. */
export const parseMaybeMultipart = (bytes: Uint8Array): NodeConfigDocument => {
  refuseTooLarge(bytes, 'the node configuration')
  const multipart = readMultipart(bytes)
  if (!multipart) return decodeNodeConfig(bytes)
  const configs: NodeConfigDocument[] = []
  for (const [i, part] of multipart.parts.entries()) {
    const type = mediaTypeOf(part.headers.get('content-type') ?? '')
    if (type?.type !== nodeConfigMediaType) continue
    if (part.body === undefined) throw badMime(`part ${i + 1} does not end`)
    configs.push(decodeNodeConfig(unwrap(Buffer.from(part.body, 'latin1'), `part ${i + 1} of the user data`)))
  }
  if (multipart.problem !== undefined) throw badMime(multipart.problem)
  const [first, ...rest] = configs
  if (!first)
    throw userDataError(
      'no-config-in-user-data',
      `reading the MIME user data: none of its ${multipart.parts.length} parts is of type ${nodeConfigMediaType}`,
    )
  return mergeNodeConfigs(first, ...rest)
}

const mediaTypeOf = (header: string): MediaType | undefined => {
  if (header === '') return undefined
  const type = parseMediaType(header)
  if (typeof type === 'string') throw badMime(`the Content-Type of a part: ${type}`)
  return type
}

/** Where a NodeConfig may come from: `imds`, the instance's user data; `file`; `dir`, the files of a directory by name; `text`, as in a test. */
export type NodeConfigSource =
  | { readonly type: 'imds' | 'file' | 'text'; readonly bytes: Uint8Array }
  | { readonly type: 'dir'; readonly files: Readonly<Record<string, Uint8Array>> }
  | { readonly type: 'missing-file'; readonly path: string }

const isConfigFile = (name: string): boolean => !name.includes('/') && /\.(yaml|yml|json)$/i.test(name)

/** The configuration of a source; undefined where the chain goes on without it. */
const provide = (source: NodeConfigSource): NodeConfigDocument | undefined => {
  switch (source.type) {
    case 'imds': {
      const plain = unwrap(source.bytes, 'the user data')
      try {
        return parseMaybeMultipart(plain)
      } catch (error) {
        if (error instanceof AmiproofError && isTolerated(error.code)) return undefined
        throw error
      }
    }
    case 'file':
    case 'text':
      return parseMaybeMultipart(source.bytes)
    case 'missing-file':
      throw userDataError('file-missing', `reading ${source.path}: there is no such file or directory`)
    case 'dir': {
      const configs = Object.entries(source.files)
        .filter(([name]) => isConfigFile(name))
        .sort(([a], [b]) => compareBytes(a, b))
        .map(([name, bytes]) => within(name, () => parseMaybeMultipart(bytes)))
      const [first, ...rest] = configs
      return first && mergeNodeConfigs(first, ...rest)
    }
    default:
      return source satisfies never
  }
}

/** User data may be a cloud-init script; what cannot be read as a NodeConfig is passed over, but not broken MIME or gzip. */
const isTolerated = (code: string): boolean => code === 'no-config-in-user-data' || code.startsWith('decode-')

const within = <T>(where: string, read: () => T): T => {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof AmiproofError)) throw error
    const { kind, code, op, blame, retryable } = error
    throw new AmiproofError(`${where}: ${error.message}`, { kind, code, op, blame, retryable, cause: error })
  }
}

/**
 * Reads a chain of sources and merges what they hold, left to right, as `nodeadm init` does with its `--config-source`s
 * (facts: amazon-eks-ami 81fec2e8, internal/configprovider). Tolerated: a directory without .yaml, .yml or .json files, and user data
 * that is no NodeConfig. The result is decoded, not validated: see `validateNodeConfig`.
 * @throws AmiproofError whose `code` is a `UserDataErrorKind`
 */
export const loadNodeConfig = (sources: readonly NodeConfigSource[]): NodeConfigDocument => {
  const only = sources.length === 1 ? sources[0] : undefined
  if (only?.type === 'text') return parseMaybeMultipart(only.bytes)
  const configs = sources
    .map((source, i) => within(`configuration source ${i + 1} (${source.type})`, () => provide(source)))
    .filter((config) => config !== undefined)
  const [first, ...rest] = configs
  if (!first)
    throw userDataError(
      'no-config-in-chain',
      `reading the node configuration: none of the ${sources.length} sources holds a NodeConfig`,
    )
  return mergeNodeConfigs(first, ...rest)
}

/**
 * Reads EC2 user data as nodeadm reads it from IMDS: base64 if all of it is, gzip, MIME multipart or a bare NodeConfig, YAML or JSON;
 * several NodeConfig parts merge in order. Decoded, not validated: Karpenter and managed node groups add the cluster later.
 * @param bytes the user data as the instance sees it, or still base64
 * @throws AmiproofError whose `code` is a `UserDataErrorKind`: `bad-mime`, `bad-gzip`, `decode-*`, `no-config-in-user-data`, `merge-failed`, `too-large`
 */
export const parseUserData = (bytes: Uint8Array): NodeConfigDocument =>
  parseMaybeMultipart(unwrap(bytes, 'the user data'))
