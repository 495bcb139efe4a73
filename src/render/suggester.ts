import { nearest } from '../lib/nearest.ts'

/** The known word that was probably meant, or undefined. */
export type Suggest = (word: string, known: readonly string[]) => string | undefined

const most = 20
const longest = 64

/** Suggestions for the first few unknown words of a text: who has more has another problem than spelling, and each costs time. */
export const suggester = (): Suggest => {
  const known = new Map<string, string | undefined>()
  return (word, words) => {
    if (!known.has(word)) {
      if (known.size >= most || word.length > longest) return undefined
      known.set(word, nearest(word, words))
    }
    return known.get(word)
  }
}
