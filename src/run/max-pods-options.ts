import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { nearest } from '../lib/nearest.ts'
import type { GpuDensity } from '../max-pods/gpu.ts'
import { type InstanceType, instanceTypes } from '../max-pods/instance-type.ts'
import type { MaxPodsOptions } from '../max-pods/options.ts'
import { readDescribeInstanceTypes } from './describe-instance-types.ts'
import { maxPodsFlags } from './max-pods-flags.ts'

export interface MaxPodsRequest {
  readonly instances: readonly InstanceType[]
  /** Several were meant at once: one that is impossible is a row, not the end. */
  readonly many: boolean
  readonly all: boolean
  readonly explain: boolean
  readonly json: boolean
  readonly options: MaxPodsOptions
}

const usage = (code: string, message: string, cause?: unknown): AmiproofError =>
  new AmiproofError(message, {
    kind: 'usage',
    code,
    op: 'read the arguments of max-pods',
    blame: 'user',
    cause,
  })

type Values = ReturnType<typeof read>['values']
const read = (argv: readonly string[]) =>
  parseArgs({ args: [...argv], options: maxPodsFlags, allowPositionals: true, strict: true })

/** @throws AmiproofError of kind usage for anything that is not an option, not a number, or no instance type */
export const readMaxPodsArguments = (argv: readonly string[]): MaxPodsRequest | 'help' => {
  const { values, positionals } = readStrictly(argv)
  if (values.help) return 'help'
  if (!values.all && positionals.length === 0)
    throw usage('no-type', 'cannot tell for which instance type: name one, such as m5.large, or say --all')
  const described = values['instance-types'] === undefined ? [] : fromFile(values['instance-types'])
  const known = [...instanceTypes(), ...described.filter(({ type }) => !names().has(type))]
  const instances = values.all ? known : positionals.flatMap((name) => named(name, known))
  return {
    instances,
    many: values.all === true || positionals.some((name) => name.includes('*')),
    all: values.all === true,
    explain: values.explain === true,
    json: values.json === true,
    options: optionsOf(values),
  }
}

const names = (): ReadonlySet<string> => new Set(instanceTypes().map(({ type }) => type))

const readStrictly = (argv: readonly string[]): ReturnType<typeof read> => {
  try {
    return read(argv)
  } catch (cause) {
    const unknown = /Unknown option '(-[^']*)'/.exec(messageOf(cause))?.[1]
    const near = unknown && nearest(unknown.replace(/^-+/, ''), Object.keys(maxPodsFlags))
    throw usage(
      'bad-option',
      unknown
        ? `max-pods has no option ${unknown}${near ? `; did you mean --${near}?` : ''}`
        : `cannot read the arguments of max-pods: ${messageOf(cause).split('\n')[0]}`,
      cause,
    )
  }
}

const named = (name: string, known: readonly InstanceType[]): readonly InstanceType[] => {
  const exact = known.filter(({ type }) => type === name)
  if (exact.length > 0) return exact
  const parts = name.split('*')
  const matching = parts.length > 1 ? known.filter(({ type }) => matches(type, parts)) : []
  if (matching.length > 0) return matching
  const near = nearest(
    name.trim().slice(0, 64),
    known.map(({ type }) => type),
  )
  throw usage(
    'unknown-instance-type',
    `there is no instance type ${JSON.stringify(name.slice(0, 64))} among the ${known.length} known ones${near ? `; did you mean ${near}?` : '; --instance-types FILE adds what EC2 describes'}`,
  )
}

/** Whether the text has the parts one after another, the first at its beginning and the last at its end. */
const matches = (text: string, parts: readonly string[]): boolean => {
  const [first = '', ...rest] = parts
  const last = rest.pop() ?? ''
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last))
    return false
  let at = first.length
  return rest.every((part) => {
    const found = text.indexOf(part, at)
    at = found + part.length
    return found >= 0 && at <= text.length - last.length
  })
}

const fromFile = (path: string): readonly InstanceType[] => {
  const read = (): string => {
    try {
      return readFileSync(path, 'utf8')
    } catch (cause) {
      throw usage('unreadable', `cannot read instance types from ${path}: ${messageOf(cause)}`, cause)
    }
  }
  return readDescribeInstanceTypes(read()).map((record) => ({
    ...record,
    trunking: null,
    branchInterfaces: null,
    sources: 'm',
  }))
}

const optionsOf = (values: Values): MaxPodsOptions => {
  const number = (name: keyof typeof maxPodsFlags): number | undefined => {
    const given = values[name]
    if (given === undefined) return undefined
    if (typeof given === 'string' && /^-?\d{1,15}$/.test(given)) return Number(given)
    throw usage('bad-option', `--${name} must be a whole number, not ${JSON.stringify(given)}`)
  }
  const podMemoryMi = number('pod-memory-mi')
  const podCpuMillicores = number('pod-cpu-millicores')
  return {
    cniVersion: values['cni-version'],
    prefixDelegation: values['prefix-delegation'],
    customNetworking: values['custom-networking'],
    podEni: values['pod-eni'],
    expression: values.expression,
    maxEnis: number('max-enis'),
    reservedEnis: number('reserved-enis'),
    efaOnlyEnis: number('efa-only-enis'),
    hostNetworkPods: number('host-network-pods'),
    maxPods: number('kubelet-max-pods'),
    podsPerCore: number('pods-per-core'),
    memoryMi: number('memory-mi'),
    evictionMemoryMi: number('eviction-memory-mi'),
    ipFamily: values.ipv6 ? 'ipv6' : undefined,
    ceiling: values['no-ceiling'] ? 'none' : undefined,
    gpu: gpuOf(values, number),
    workload:
      podMemoryMi === undefined && podCpuMillicores === undefined
        ? undefined
        : { podMemoryMi: podMemoryMi ?? 0, podCpuMillicores: podCpuMillicores ?? 0 },
  }
}

const gpuOf = (
  values: Values,
  number: (name: 'time-slicing' | 'mps') => number | undefined,
): GpuDensity | undefined => {
  const slices = number('time-slicing')
  const clients = number('mps')
  const strategy = values['mig-strategy']
  if (slices !== undefined && clients !== undefined)
    throw usage('bad-option', 'a GPU is shared by --time-slicing or by --mps, not by both')
  if (strategy !== undefined && strategy !== 'single' && strategy !== 'mixed')
    throw usage('bad-option', `--mig-strategy is single or mixed, not ${JSON.stringify(strategy)}`)
  const layout = values.mig === undefined ? undefined : layoutOf(values.mig)
  if (!values.gpu && slices === undefined && clients === undefined && !layout) return undefined
  const migStrategy = strategy ?? 'single'
  const names = layout && migStrategy === 'mixed' ? Object.keys(layout).map((name) => `mig-${name}`) : ['gpu']
  const replicas = slices ?? clients
  return {
    ...(layout && { everyGpu: layout, migStrategy }),
    ...(replicas !== undefined && {
      sharing: {
        strategy: clients === undefined ? 'time-slicing' : 'mps',
        replicas: Object.fromEntries(names.map((name) => [`nvidia.com/${name.replace('+', '.')}`, replicas])),
      },
    }),
  }
}

const layoutOf = (text: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    text.split(',').map((part) => {
      const [, profile = '', instances = ''] = /^([^=]+)=(\d{1,3})$/.exec(part) ?? []
      if (profile === '')
        throw usage(
          'bad-option',
          `--mig wants profiles such as 1g.5gb=7,2g.10gb=1, not ${JSON.stringify(part)}`,
        )
      return [profile, Number(instances)]
    }),
  )
