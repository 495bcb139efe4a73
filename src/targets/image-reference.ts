import { AmiproofError } from '../lib/errors.ts'

const word = String.raw`[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`
const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?'
const host = String.raw`(?:(?:${label}(?:\.${label})*)|\[[a-fA-F0-9:]+\])(?::[0-9]+)?`
const tag = String.raw`[\w][\w.-]{0,127}`
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}'

/** An image's name as engines read it: github.com/distribution/reference, reference.go v0.6.0, "Grammar". An image's id has the same form. */
const reference = new RegExp(`^(?:${host}/)?${word}(?:/${word})*(?::${tag})?(?:@${digest})?$`)

/**
 * Refuses what no engine takes for the name of an image. The default node, '' or `?…`, has none.
 * @throws AmiproofError of kind `usage`
 */
export const refuseBadReference = (rest: string): void => {
  if (rest === '' || rest.startsWith('?') || (rest.length <= 4096 && reference.test(rest))) return
  throw new AmiproofError(
    `cannot open target ${JSON.stringify(`docker:${rest.slice(0, 200)}`)}: that is not the name of an image, such as registry.example/node:1.35 in lower case`,
    { kind: 'usage', code: 'bad-image-name', op: 'open a target', blame: 'user' },
  )
}
