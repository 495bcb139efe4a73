import { z } from 'zod'
import { type Framework, frameworks as house } from '../frameworks/index.ts'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { nearest } from '../lib/nearest.ts'
import { oneLine } from '../lib/printable.ts'
import { textAt } from './read-file.ts'

const text = z.string('expected text').refine((one) => one.trim() !== '', 'expected text, found none')

/** A framework as people write it, in JSON. */
const UserFramework = z.strictObject({
  id: z
    .string('expected text')
    .regex(/^[a-z0-9.-]+$/, 'expected lower case letters, digits, dots and hyphens'),
  title: text,
  version: text,
  /** Whether the list has every control there is: if so, a check cannot name another. */
  complete: z.boolean('expected true or false'),
  source: text.exactOptional(),
  controls: z
    .array(z.strictObject({ id: text, title: text }, 'expected { id, title }'), 'expected a list')
    .refine((all) => all.length > 0, 'expected at least one control'),
})

/** A framework that checks may name: one of the house, or one of the user's. */
export interface KnownFramework extends Framework {
  /** Of the user's: whether the list has every control there is. */
  readonly complete?: boolean
}

/** The frameworks of the house, then the user's. Throws an {@link AmiproofError} of kind `config` for everything that can be wrong. */
export const loadFrameworks = (files: readonly string[]): readonly KnownFramework[] => {
  const from = new Map(house.map(({ id }) => [id, 'amiproof']))
  const ours = [...new Set(files)].map((file) => {
    const framework = frameworkOf(file)
    const other = from.get(framework.id)
    if (other) throw wrong(file, `id: ${framework.id} is already a framework of ${other}`)
    from.set(framework.id, file)
    return framework
  })
  return [...house, ...ours]
}

const frameworkOf = (file: string): KnownFramework => {
  const { version, source = `version ${version}`, ...rest } = parsed(file)
  const ids = rest.controls.map(({ id }) => id)
  const twice = ids.findIndex((id, at) => ids.indexOf(id) !== at)
  if (twice >= 0) throw wrong(file, `controls[${twice}].id: ${ids[twice]} is listed twice`)
  return { ...rest, source }
}

const parsed = (file: string): z.infer<typeof UserFramework> => {
  let document: unknown
  try {
    document = JSON.parse(textAt(file))
  } catch (cause) {
    const isJson = cause instanceof SyntaxError
    throw wrong(file, `${isJson ? 'it is not JSON: ' : ''}${oneLine(messageOf(cause))}`, cause)
  }
  const { data, error } = UserFramework.safeParse(document)
  if (data) return data
  const issue = error.issues[0]
  const place = (issue?.path ?? [])
    .map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at > 0 ? '.' : ''}${String(key)}`))
    .join('')
  if (issue?.code !== 'unrecognized_keys') throw wrong(file, `${place ? `${place}: ` : ''}${issue?.message}`)
  const known = issue.path.length > 0 ? ['id', 'title'] : Object.keys(UserFramework.shape)
  const near = nearest(issue.keys[0] ?? '', known)
  throw wrong(
    file,
    `${place}${place ? '.' : ''}${issue.keys[0]}: there is no such field${near ? `, did you mean ${near}?` : `; there are ${known.join(', ')}`}`,
  )
}

const wrong = (file: string, why: string, cause?: unknown): AmiproofError =>
  new AmiproofError(`cannot load the framework of ${file}: ${why}`, {
    kind: 'config',
    code: 'bad-framework',
    op: `load ${file}`,
    blame: 'user',
    ...(cause === undefined ? {} : { cause }),
  })
