import type { Vector } from './vectors.ts'

type Fields = Vector['input']

/** A field that must be text; null and absent are ''. */
export const str = (fields: Fields, name: string): string => {
  const value = fields[name]
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw new Error(`${name} is not text`)
  return value
}

/** A field that must be a whole number. */
export const num = (fields: Fields, name: string): number => {
  const value = fields[name]
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'number') throw new Error(`${name} is not a number`)
  return value
}

/** A field that must be an object; absent is empty. */
export const obj = (fields: Fields, name: string): Fields => {
  const value = fields[name]
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) throw new Error(`${name} is not an object`)
  return value as Fields
}

/** A field that must be a list of texts; absent is empty. */
export const strings = (fields: Fields, name: string): readonly string[] => {
  const value = fields[name]
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw new Error(`${name} is not a list of texts`)
  return value
}

/** What a call gives, or the code of the AmiproofError it throws. */
export const codeOf = (call: () => unknown): string => {
  try {
    call()
    return ''
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
    throw error
  }
}
