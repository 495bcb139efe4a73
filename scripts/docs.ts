import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checks } from '../src/checks/index.ts'
import { checksPage } from './checks-page.ts'
import { looksAtText } from './looks-at.ts'
import { type Proofs, type TraceItem, traceabilityPage } from './traceability-page.ts'

const docs = join(import.meta.dirname, '..', 'docs')

/** Every item of the source documents, one per line, with what carries it besides checks. */
export const traceItems = (): readonly TraceItem[] =>
  JSON.parse(readFileSync(join(docs, 'traceability.json'), 'utf8'))

/** The tests that prove the items of kind R, by item. */
export const traceProofs = (): Proofs =>
  JSON.parse(readFileSync(join(docs, 'traceability-proofs.json'), 'utf8'))

/** Pages of docs/ that are generated, by file name. */
export const pages = (): Readonly<Record<string, string>> => ({
  'checks.md': checksPage(checks),
  'traceability.md': traceabilityPage(traceItems(), checks, traceProofs()),
})

if (import.meta.main) {
  writeFileSync(join(docs, '../src/checks/looks-at.json'), looksAtText())
  for (const [name, text] of Object.entries(pages())) writeFileSync(join(docs, name), text)
}
