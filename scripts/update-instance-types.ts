/**
 * Refreshes src/max-pods/instance-types.json from EC2:
 *
 *     aws ec2 describe-instance-types --output json | node scripts/update-instance-types.ts
 *
 * or `… update-instance-types.ts FILE…`, one file for each region. Types that EC2 describes are updated or added; all others stay, because each
 * region lists its own. What EC2 does not say (trunking, branch interfaces, which other sources list the type) stays as it is.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DescribedType, readDescribeInstanceTypes } from '../src/run/describe-instance-types.ts'

type Known = Readonly<Record<string, unknown>> & { readonly type: string }

const isKnown = (value: unknown): value is Known =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

/** The record with EC2's facts in it; keys in the order of the file. `sources` says m where DescribeInstanceTypes lists a type. */
const merge = (known: Known | undefined, described: DescribedType): Known => {
  const { gpus, accelerators, efa, localNvme, usageClasses, ...size } = described
  const sources = typeof known?.sources === 'string' ? known.sources : ''
  const sameSize = known?.vcpus === described.vcpus && typeof known?.vcpusSource === 'string'
  return {
    ...size,
    trunking: known?.trunking ?? null,
    branchInterfaces: known?.branchInterfaces ?? null,
    gpus,
    accelerators,
    efa,
    localNvme,
    usageClasses,
    vcpusSource: sameSize ? known.vcpusSource : 'ec2',
    sources: sources.includes('m') ? sources : `m${sources}`,
  }
}

/** The table's text with the answers merged into it: one record per line, in order of the types' names. */
export const updateTable = (table: string, answers: readonly string[]): string => {
  const rows: unknown = JSON.parse(table)
  if (!Array.isArray(rows) || !rows.every(isKnown)) throw new Error('the table is no list of types')
  const byType = new Map<string, Known>(rows.map((row) => [row.type, row]))
  for (const answer of answers)
    for (const described of readDescribeInstanceTypes(answer))
      byType.set(described.type, merge(byType.get(described.type), described))
  const sorted = [...byType.keys()].sort().map((type) => JSON.stringify(byType.get(type)))
  return `[\n${sorted.join(',\n')}\n]\n`
}

if (import.meta.main) {
  const path = join(import.meta.dirname, '../src/max-pods/instance-types.json')
  const files = process.argv.slice(2)
  const answers = (files.length > 0 ? files : [0]).map((file) => readFileSync(file, 'utf8'))
  const before = readFileSync(path, 'utf8')
  const after = updateTable(before, answers)
  writeFileSync(`${path}.new`, after)
  renameSync(`${path}.new`, path)
  const old = new Set(before.split(/,?\n/))
  console.log(`${after.split(/,?\n/).filter((line) => !old.has(line)).length} records changed`)
}
