import { Buffer } from 'node:buffer'
import { deepMerge } from '../lib/merge.ts'
import { decodeBase64 } from './base64.ts'
import { type Document, isMapping, type Mapping, nameOf, plain } from './document.ts'
import { excerpt, userDataError } from './user-data-error.ts'

/**
 * How one field of a NodeConfig is read and merged. Undefined is Go's zero value; a decoder gets what an earlier duplicate of the key
 * left, because `null` changes nothing (encoding/json).
 */
export interface Field<T> {
  readonly decode: (doc: Document, path: string, before: T | undefined) => T | undefined
  readonly merge: (ours: T | undefined, theirs: T | undefined) => T | undefined
  /** What is there when nothing was written: structs are never left out. */
  readonly initial?: T
}

const wrongType = (path: string, doc: Document, expected: string) =>
  userDataError(
    'decode-wrong-type',
    `reading the NodeConfig: ${path} is ${nameOf(doc)}${typeof doc === 'string' ? ` ${excerpt(doc)}` : ''}, and must be ${expected}`,
  )

const mapping = (doc: Document, path: string): Mapping => {
  if (isMapping(doc)) return doc
  throw wrongType(path, doc, 'a mapping')
}

const isEmpty = (value: object): boolean => Object.keys(value).length === 0
const unlessEmpty = <T extends object>(value: T): T | undefined => (isEmpty(value) ? undefined : value)

export const text: Field<string> = {
  decode: (doc, path, before) => {
    if (doc === null) return before
    if (typeof doc !== 'string') throw wrongType(path, doc, 'a string; quote it')
    return doc === '' ? undefined : doc
  },
  merge: (ours, theirs) => theirs ?? ours,
}

const readBool = (doc: Document, path: string): boolean => {
  if (typeof doc === 'boolean') return doc
  throw wrongType(path, doc, 'true or false, unquoted')
}

/** A `*bool`: false does not override true, because mergo follows the pointer and finds an empty value. */
export const flag: Field<boolean> = {
  decode: (doc, path) => (doc === null ? undefined : readBool(doc, path)),
  merge: (ours, theirs) => (ours === undefined ? theirs : ours || (theirs ?? false)),
}

export const integer: Field<number | bigint> = {
  decode: (doc, path, before) => {
    if (doc === null) return before
    if (typeof doc !== 'bigint' && !Number.isSafeInteger(doc)) throw wrongType(path, doc, 'a whole number')
    return typeof doc === 'number' || typeof doc === 'bigint' ? doc || undefined : undefined
  },
  merge: (ours, theirs) => theirs ?? ours,
}

/** A `[]byte`: base64 in the document, or a list of bytes, which encoding/json accepts too. Kept as base64; `''` is given but empty. */
export const bytes: Field<string> = {
  decode: (doc, path) => {
    if (doc === null) return undefined
    if (typeof doc === 'string') {
      const decoded = decodeBase64(doc)
      if (decoded) return Buffer.from(decoded).toString('base64')
      throw userDataError(
        'decode-bad-base64',
        `reading the NodeConfig: ${path} is not base64 (standard alphabet, padded): ${excerpt(doc)}`,
      )
    }
    if (!Array.isArray(doc)) throw wrongType(path, doc, 'base64 text')
    return Buffer.from(doc.map((item: Document, i) => byte(item, `${path}[${i}]`))).toString('base64')
  },
  merge: (ours, theirs) => theirs || ours,
}

const byte = (doc: Document, path: string): number => {
  if (doc === null) return 0
  if (typeof doc === 'number' && Number.isInteger(doc) && doc >= 0 && doc <= 255) return doc
  throw wrongType(path, doc, 'a byte')
}

const readTexts = (doc: Document, path: string): readonly string[] | undefined => {
  if (doc === null) return undefined
  if (!Array.isArray(doc)) throw wrongType(path, doc, 'a list of strings')
  const items = doc.map((item: Document, i) => text.decode(item, `${path}[${i}]`, '') ?? '')
  return items.length === 0 ? undefined : items
}

/** Replaced whole by a list that is not empty. */
export const texts: Field<readonly string[]> = {
  decode: readTexts,
  merge: (ours, theirs) => theirs ?? ours,
}

/** kubelet flags are appended, duplicates kept: the last of a flag wins, and flags such as --node-labels add up (nodeadm api/merge.go). */
export const appended: Field<readonly string[]> = {
  decode: readTexts,
  merge: (ours, theirs) => (ours && theirs ? [...ours, ...theirs] : (theirs ?? ours)),
}

const mapOf = <T>(
  read: (doc: Document, path: string, before: T | undefined) => T,
  mergeValue: (ours: T | undefined, theirs: T) => T,
): Field<Readonly<Record<string, T>>> => ({
  decode: (doc, path, before) => {
    if (doc === null) return undefined
    const values = new Map(Object.entries(before ?? {}))
    for (const [key, value] of mapping(doc, path).entries)
      values.set(key, read(value, `${path}.${key}`, undefined))
    return unlessEmpty(Object.fromEntries(values))
  },
  merge: (ours, theirs) => {
    if (!ours || !theirs) return theirs ?? ours
    const values = new Map(Object.entries(ours))
    for (const [key, value] of Object.entries(theirs)) values.set(key, mergeValue(values.get(key), value))
    return Object.fromEntries(values)
  },
})

const theirs = <T>(_: T | undefined, value: T): T => value

/** Per key, false overriding true (a map's values are no pointers). */
export const gates: Field<Readonly<Record<string, boolean>>> = mapOf(
  (doc, path) => (doc === null ? false : readBool(doc, path)),
  theirs,
)

export const labels: Field<Readonly<Record<string, string>>> = mapOf(
  (doc, path) => text.decode(doc, path, '') ?? '',
  theirs,
)

/** Merged per service and key; an empty value overrides; a service that is null clears what was there. */
export const environment: Field<Readonly<Record<string, Readonly<Record<string, string>> | null>>> = mapOf(
  (doc, path) => (doc === null ? null : (labels.decode(doc, path, undefined) ?? {})),
  (ours, value) => (ours && value ? { ...ours, ...value } : value),
)

/** Any values under any keys; two of them merge as nodeadm's JSON documents do, numbers going through float64. */
export const inline: Field<Readonly<Record<string, unknown>>> = {
  decode: (doc, path, before) => {
    if (doc === null) return undefined
    const values = mapping(doc, path).entries.map(([key, value]) => [key, plain(value)] as const)
    return unlessEmpty(Object.fromEntries([...Object.entries(before ?? {}), ...values]))
  },
  merge: (ours, theirs) => {
    if (!ours || !theirs) return theirs ?? ours
    return deepMerge(throughFloat64(ours), throughFloat64(theirs))
  },
}

const throughFloat64 = (table: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(table).map(([key, value]) => [key, asFloat64(value)]))

const asFloat64 = (value: unknown): unknown => {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(asFloat64)
  return typeof value === 'object' && value !== null ? throughFloat64({ ...value }) : value
}

/** The fields of a struct by name. Names are case-sensitive, unknown ones are ignored (Kubernetes' non-strict decoding). */
export const struct = <T extends object>(
  fields: { readonly [K in keyof T]-?: Field<NonNullable<T[K]>> },
): Field<T> => {
  const byName = new Map<string, Field<unknown>>(Object.entries(fields))
  const build = (values: ReadonlyMap<string, unknown>): T =>
    // The mapped type of `fields` is what makes these values a T; absent keys are its optional ones.
    Object.fromEntries([...values].filter(([, value]) => value !== undefined)) as T
  const initial = build(new Map([...byName].map(([name, field]) => [name, field.initial])))
  return {
    initial,
    decode: (doc, path, before) => {
      const values = new Map<string, unknown>(Object.entries(before ?? initial))
      if (doc === null) return build(values)
      for (const [key, value] of mapping(doc, path).entries) {
        const field = byName.get(key)
        if (field) values.set(key, field.decode(value, `${path}.${key}`, values.get(key)))
      }
      return build(values)
    },
    merge: (ours, theirs) => {
      const [a, b] = [new Map(Object.entries(ours ?? initial)), new Map(Object.entries(theirs ?? initial))]
      return build(new Map([...byName].map(([name, field]) => [name, field.merge(a.get(name), b.get(name))])))
    },
  }
}
