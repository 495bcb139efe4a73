import { Buffer } from 'node:buffer'
import { gzipSync } from 'node:zlib'
import { AmiproofError } from '../lib/errors.ts'
import { decodeNodeConfig } from '../spec/decode-node-config.ts'
import { formatNodeConfig } from '../spec/format-node-config.ts'
import type { NodeConfigDocumentSpec } from '../spec/node-config-document.ts'
import { nodeConfigMediaType } from '../spec/user-data.ts'

type Partly<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Partly<T[K]> | undefined }
    : T

/** A NodeConfig, or the part of one that this user data adds: Karpenter and managed node groups bring the cluster themselves. */
export interface NodeConfigPart {
  readonly apiVersion?: 'node.eks.aws/v1alpha1'
  readonly kind?: 'NodeConfig'
  readonly metadata?: object | undefined
  readonly spec: Partly<NodeConfigDocumentSpec>
}

/** One part of a MIME message, in the order in which the node meets it. */
export type UserDataPart =
  | { readonly kind: 'node-config'; readonly config: NodeConfigPart }
  /** A script for cloud-init, first line `#!`. */
  | { readonly kind: 'shell'; readonly script: string }

/**
 * Who takes the user data. `ec2`, `launch-template`: base64, gzip where it would be too long. `managed-node-group`: base64 in a launch
 * template that EKS merges with its own parts, so never gzip. `karpenter`: text for `EC2NodeClass.spec.userData`, never gzip.
 */
export type UserDataTarget = 'ec2' | 'launch-template' | 'managed-node-group' | 'karpenter'

/** User data ready to be handed over, and what it weighs in bytes. */
export interface RenderedUserData {
  /** What goes into the field: base64, or for Karpenter the MIME message itself. */
  readonly value: string
  /** The MIME message. */
  readonly message: string
  /** Bytes that count against the limit: raw, before base64. */
  readonly rawBytes: number
  readonly gzip: boolean
}

/** EC2: user data is limited to 16 KB in raw form, before it is base64-encoded (EC2 User Guide, "Run commands at launch"). */
export const maxUserDataBytes = 16_384

/** What EKS or Karpenter add: a NodeConfig part with the cluster, whose certificate authority alone is about 1.5 KB. */
export const mergedPartBytes = 2_048

const targets = {
  ec2: { encoding: 'base64', gzip: true, limit: maxUserDataBytes },
  'launch-template': { encoding: 'base64', gzip: true, limit: maxUserDataBytes },
  'managed-node-group': { encoding: 'base64', gzip: false, limit: maxUserDataBytes - mergedPartBytes },
  karpenter: { encoding: 'text', gzip: false, limit: maxUserDataBytes - mergedPartBytes },
} as const

const refuse = (code: string, message: string) =>
  new AmiproofError(message, { kind: 'config', code, op: 'render user data', blame: 'user' })

const isAscii = (text: string): boolean => !/[^\t\n\r\u0020-\u007e]/.test(text)

const nodeConfigPart = ({ metadata, spec }: NodeConfigPart): { headers: string; body: string } => {
  const body = formatNodeConfig({ apiVersion: 'node.eks.aws/v1alpha1', kind: 'NodeConfig', metadata, spec })
  // Read it as nodeadm will: what it would refuse is refused here.
  decodeNodeConfig(Buffer.from(body))
  return { headers: `Content-Type: ${nodeConfigMediaType}`, body }
}

const shellPart = (script: string): { headers: string; body: string } => {
  if (!script.startsWith('#!'))
    throw refuse(
      'user-data-shebang',
      `rendering user data: a shell part starts with ${JSON.stringify(script.slice(0, 20))}; cloud-init runs only scripts whose first line is #!`,
    )
  // cloud-init decodes 8-bit parts through raw-unicode-escape; base64 is the one encoding that every release keeps intact.
  return isAscii(script)
    ? { headers: 'Content-Type: text/x-shellscript; charset="us-ascii"', body: script }
    : {
        headers: 'Content-Type: text/x-shellscript; charset="utf-8"\nContent-Transfer-Encoding: base64',
        body: (
          Buffer.from(script)
            .toString('base64')
            .match(/.{1,76}/g) ?? []
        ).join('\n'),
      }
}

/** The first of `BOUNDARY`, `BOUNDARY-1`, … that no line of a part begins with: the same parts always get the same boundary. */
const boundaryFor = (bodies: readonly string[]): string => {
  for (let n = 0; ; n++) {
    const boundary = n === 0 ? 'BOUNDARY' : `BOUNDARY-${n}`
    if (!bodies.some((body) => `\n${body}`.includes(`\n--${boundary}`))) return boundary
  }
}

/**
 * Renders user data as a MIME message: NodeConfig parts for nodeadm and shell parts for cloud-init, in the order given. The same parts give
 * the same bytes.
 * @param target who takes it, which decides on encoding, gzip and the limit
 * @throws AmiproofError `user-data-too-large` when it does not fit, `user-data-empty`, `user-data-shebang`, or `decode-*` for a NodeConfig that
 *   nodeadm would refuse
 */
export const renderUserData = (parts: readonly UserDataPart[], target: UserDataTarget): RenderedUserData => {
  if (parts.length === 0)
    throw refuse('user-data-empty', 'rendering user data: there are no parts to put into it')
  const rendered = parts.map((part) =>
    part.kind === 'shell' ? shellPart(part.script) : nodeConfigPart(part.config),
  )
  const boundary = boundaryFor(rendered.map(({ body }) => body))
  const message = [
    `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="${boundary}"\n`,
    ...rendered.map(({ headers, body }) => `--${boundary}\n${headers}\n\n${body}`),
    `--${boundary}--\n`,
  ].join('\n')
  const { encoding, gzip, limit } = targets[target]
  const plain = Buffer.from(message)
  const isGzip = gzip && plain.length > limit
  const raw = isGzip ? gzipSync(plain, { level: 9 }) : plain
  if (raw.length > limit)
    throw refuse(
      'user-data-too-large',
      `rendering user data for ${target}: it has ${raw.length} bytes${isGzip ? ' after gzip' : ''}, and ${limit} fit` +
        (limit < maxUserDataBytes ? ` (16 KB less what ${target} adds itself)` : '') +
        '; bake the scripts into the image, or fetch them from S3',
    )
  return {
    value: encoding === 'text' ? message : raw.toString('base64'),
    message,
    rawBytes: raw.length,
    gzip: isGzip,
  }
}
