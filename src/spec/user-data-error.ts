import { AmiproofError } from '../lib/errors.ts'

/**
 * Why a NodeConfig could not be had from its sources, one word per cause. `decode-*`: the document itself; `validate-*`: it was read,
 * and a cluster field that a node cannot join without is missing; the others name the wrapping that failed.
 */
export type UserDataErrorKind =
  | 'bad-gzip'
  | 'bad-mime'
  | 'bad-source-url'
  | 'decode-apiversion-missing'
  | 'decode-bad-base64'
  | 'decode-bad-yaml'
  | 'decode-kind-missing'
  | 'decode-not-an-object'
  | 'decode-unknown-kind-or-version'
  | 'decode-wrong-type'
  | 'file-missing'
  | 'merge-failed'
  | 'no-config-in-chain'
  | 'no-config-in-user-data'
  | 'too-large'
  | 'validate-ca'
  | 'validate-cidr'
  | 'validate-endpoint'
  | 'validate-name'
  | 'validate-outpost-id'

/** The one error of this door; `code` is the kind above. */
export const userDataError = (code: UserDataErrorKind, message: string, cause?: unknown): AmiproofError =>
  new AmiproofError(message, {
    kind: 'config',
    code,
    op: 'read the node configuration',
    blame: 'user',
    ...(cause === undefined ? {} : { cause }),
  })

/** The first characters of an offending text, as one line. */
export const excerpt = (text: string, length = 60): string => {
  const line = JSON.stringify(text.slice(0, length))
  return text.length > length ? `${line.slice(0, -1)}…"` : line
}
