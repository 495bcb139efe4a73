import { AmiproofError } from '../lib/errors.ts'
import { type Explanation, explainMaxPods } from '../max-pods/explain.ts'
import type { InstanceType } from '../max-pods/instance-type.ts'
import { bashCalculator } from '../max-pods/models/bash-calculator.ts'
import { eksnodeCalculate } from '../max-pods/models/eksnode.ts'
import { karpenterNode } from '../max-pods/models/karpenter.ts'
import type { MaxPodsOptions } from '../max-pods/options.ts'
import { maxPodsHelp } from './max-pods-flags.ts'
import { type MaxPodsRequest, readMaxPodsArguments } from './max-pods-options.ts'

/** Where a verb writes: results to `out`, remarks to `err`; each text ends its own lines. */
export interface VerbIo {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

type Row = { readonly instance: InstanceType } & (
  | { readonly explained: Explanation }
  | { readonly refusal: AmiproofError }
)

/**
 * `amiproof max-pods TYPE…`: the exit code, 0.
 * @throws AmiproofError of kind usage for wrong arguments, and for a single type that cannot run what was asked
 */
export const maxPodsVerb = async (argv: readonly string[], io: VerbIo): Promise<number> => {
  const request = readMaxPodsArguments(argv)
  if (request === 'help') io.out(maxPodsHelp)
  else {
    const rows = request.instances.map((instance) => rowOf(instance, request))
    const refused = rows.flatMap((row) => ('refusal' in row ? [row.refusal] : []))
    const [first] = refused
    if (first && refused.length === rows.length) throw first
    io.out(
      request.json
        ? json(rows)
        : request.explain
          ? rows.map((row) => explanation(row, request.options)).join('\n')
          : table(rows),
    )
    if (first && !request.json)
      io.err(`${refused.length} of ${rows.length} types are refused; the first: ${first.message}\n`)
  }
  return 0
}

/** One refused type among many is a row; a type that was asked for by name is an error. */
const rowOf = (instance: InstanceType, { options, many }: MaxPodsRequest): Row => {
  try {
    return { instance, explained: explainMaxPods(instance, options) }
  } catch (error) {
    if (many && error instanceof AmiproofError && aboutTheType.has(error.code))
      return { instance, refusal: error }
    throw error
  }
}
const aboutTheType: ReadonlySet<string> = new Set([
  'memory',
  'incomplete-instance-type',
  'ipv6',
  'gpu',
  'expression',
])

const columns: readonly {
  readonly title: string
  readonly right: boolean
  readonly cell: (row: Row) => string
}[] = [
  { title: 'TYPE', right: false, cell: ({ instance }) => instance.type },
  { title: 'VCPUS', right: true, cell: ({ instance }) => shown(instance.vcpus) },
  { title: 'MEMORY', right: true, cell: ({ instance }) => gibibytes(instance.memoryMiB) },
  { title: 'ENIS', right: true, cell: ({ instance }) => shown(instance.maxEnis) },
  { title: 'IPS/ENI', right: true, cell: ({ instance }) => shown(instance.ipv4PerEni) },
  { title: 'MAX PODS', right: true, cell: of(({ value }) => `${value}`) },
  { title: 'BOUND BY', right: false, cell: of(({ bindingConstraint }) => bindingConstraint) },
  { title: 'RESERVED', right: true, cell: of(({ reserved }) => resources(reserved)) },
  { title: 'ALLOCATABLE', right: true, cell: of(({ allocatable }) => resources(allocatable)) },
  { title: 'NODEADM ALONE', right: true, cell: of(({ nodeadm }) => `${nodeadm.maxPods}`) },
]

function of(cell: (explained: Explanation) => string): (row: Row) => string {
  return (row) => ('explained' in row ? cell(row.explained) : '–')
}
const shown = (value: number | null): string => (value === null ? '?' : `${value}`)
const gibibytes = (mebibytes: number | null): string =>
  mebibytes === null ? '?' : `${Number((mebibytes / 1024).toFixed(1))} GiB`
const resources = (each: {
  readonly cpuMillicores: number | null
  readonly memoryMi: number | null
}): string => `${shown(each.cpuMillicores)}m ${shown(each.memoryMi)}Mi`

const table = (rows: readonly Row[]): string => {
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)))
  const widths = columns.map(({ title }, i) =>
    Math.max(title.length, ...cells.map((row) => row[i]?.length ?? 0)),
  )
  const line = (texts: readonly string[]): string =>
    columns
      .map(({ right }, i) => (right ? texts[i]?.padStart(widths[i] ?? 0) : texts[i]?.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  return `${[line(columns.map(({ title }) => title)), ...cells.map(line)].join('\n')}\n`
}

const explanation = (row: Row, options: MaxPodsOptions): string => {
  if ('refusal' in row) return `${row.instance.type}: refused\n  ${row.refusal.message}\n`
  const { instance, value, candidates, bindingConstraint, reserved, allocatable, nodeadm, warnings } =
    row.explained
  const width = Math.max(...candidates.map(({ name }) => name.length))
  const bound = (each: Explanation['candidates'][number]): string => {
    const limit = Number.isFinite(each.value) ? `${each.value}` : '∞'
    return `  ${each.name === bindingConstraint ? '→' : ' '} ${each.name.padEnd(width)}  ${limit.padStart(6)}  ${each.because}`
  }
  return [
    `${instance.type}: ${value} pods, bound by ${bindingConstraint}`,
    ...candidates.map(bound),
    `  reserved     ${resources(reserved)}`,
    `  allocatable  ${resources(allocatable)}`,
    `  elsewhere    ${elsewhere(instance, options, nodeadm.maxPods)}`,
    ...warnings.map(({ rule, message }) => `  ! ${rule}: ${message}`),
    '',
  ].join('\n')
}

/** What others say to the same question, as far as they have ears for it. */
const elsewhere = (instance: InstanceType, options: MaxPodsOptions, nodeadm: number): string => {
  const flags = {
    cniVersion: (options.cniVersion ?? '1.18.0').replace(/^v/, ''),
    customNetworking: options.customNetworking ?? false,
    prefixDelegation: options.prefixDelegation ?? options.ipFamily === 'ipv6',
    maxEnis: options.maxEnis ?? null,
    showMaxAllowed: options.ceiling === 'none',
  }
  const said = (value: unknown): string => (typeof value === 'number' ? `${value}` : 'no answer')
  const karpenter =
    instance.vcpus === null || instance.memoryMiB === null ? null : karpenterPods(instance, options)
  return [
    `nodeadm ${nodeadm}`,
    `AL2 calculator ${said(bashCalculator(instance.type, instance, flags))}`,
    `eksnode ${said(eksnodeCalculate(instance.type, instance, flags))}`,
    `Karpenter ${said(karpenter)}`,
  ].join(', ')
}

const karpenterPods = (instance: InstanceType, options: MaxPodsOptions): number =>
  karpenterNode(instance, {
    reservedEnis: options.reservedEnis ?? 0,
    efaOnlyEnis: options.efaOnlyEnis ?? 0,
    maxPods: options.maxPods ?? null,
    podsPerCore: options.podsPerCore ?? null,
  }).pods

const json = (rows: readonly Row[]): string =>
  `${JSON.stringify(
    rows.map((row) => {
      if ('refusal' in row) return { type: row.instance.type, refused: row.refusal.message }
      const { instance, value, candidates, ...rest } = row.explained
      return {
        type: instance.type,
        maxPods: value,
        // JSON has no infinity; null is no limit.
        candidates: candidates.map((each) => ({
          ...each,
          value: Number.isFinite(each.value) ? each.value : null,
        })),
        ...rest,
      }
    }),
    null,
    2,
  )}\n`
