import type { JUnitDocument } from './junit-document.ts'

/** GitLab stops at 30 MB and 250,000 XML objects in a file; smaller files are read by all. */
export const shardLimits = { cases: 5_000, bytes: 10_000_000 } as const

/** A document as one text, or as several where one would be more than consumers take. Every case is in exactly one. */
export const shards = (
  document: JUnitDocument,
  write: (document: JUnitDocument) => string,
  limits: { readonly cases: number; readonly bytes: number } = shardLimits,
): readonly string[] => {
  const cases = document.suites.reduce((sum, suite) => sum + suite.cases.length, 0)
  const text = cases <= limits.cases ? write(document) : undefined
  if (text !== undefined && (cases <= 1 || Buffer.byteLength(text) <= limits.bytes)) return [text]
  const half = Math.ceil(cases / 2)
  return [part(document, 0, half), part(document, half, cases)].flatMap((one) => shards(one, write, limits))
}

/** The cases from the one place to the other, in the suites they were in. */
const part = (document: JUnitDocument, from: number, to: number): JUnitDocument => {
  let at = 0
  const suites = document.suites.flatMap((suite) => {
    const start = at
    at += suite.cases.length
    const cases = suite.cases.slice(Math.max(0, from - start), Math.max(0, to - start))
    return cases.length === 0 ? [] : [{ ...suite, cases }]
  })
  return { ...document, suites }
}
