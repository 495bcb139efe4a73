import { AmiproofError } from '../lib/errors.ts'
import { nearest } from '../lib/nearest.ts'
import { refuseBadReference } from '../targets/image-reference.ts'
import { splitAddress, targetSchemes } from '../targets/open.ts'

/** What `openTarget` would say of an address is said before anything is opened. Throws an {@link AmiproofError} of kind `usage`. */
export const refuseBadAddress = (address: string): void => {
  const schemes = ['evidence', ...targetSchemes.map(({ scheme }) => scheme)]
  const { scheme, rest } = splitAddress(address)
  if (scheme === 'docker') refuseBadReference(rest)
  if (schemes.includes(scheme)) return
  const near = nearest(scheme, schemes)
  const hint = near ? `did you mean ${near}:${rest}?` : 'amiproof list targets shows what there is'
  throw new AmiproofError(`cannot open target ${JSON.stringify(address)}: no such kind of target; ${hint}`, {
    kind: 'usage',
    code: 'unknown-target',
    op: 'open a target',
    blame: 'user',
  })
}
