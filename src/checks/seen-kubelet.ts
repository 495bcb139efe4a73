import { textsUnder } from '../facts/files.ts'
import type { Facts } from '../facts/index.ts'
import { AmiproofError } from '../lib/errors.ts'
import { type EffectiveKubelet, effectiveKubelet } from '../render/effective-kubelet.ts'
import { kubeletConfigPath } from '../render/kubelet.ts'
import { givenFlags } from '../render/kubelet-command-line.ts'
import { kubeletEnvironmentPath } from '../render/kubelet-environment.ts'
import { systemdWords } from '../render/systemd-words.ts'
import { seenText } from './seen.ts'

export interface SeenKubelet extends EffectiveKubelet {
  /** Where the arguments come from: of the running process, else of the file that its unit reads. */
  readonly argumentsFrom: string
  readonly args: readonly string[]
  /** Why the base file yields nothing. */
  readonly unsettled: string | undefined
  /** Which file, flag or default set a value; the keys lead to it. */
  readonly setBy: (keys: readonly string[]) => string
}

const variable = /^NODEADM_KUBELET_ARGS=(.*)$/m

/** The process knows best, then the unit with its environment; without a unit, what nodeadm wrote for one. */
const commandLine = (facts: Facts): Pick<SeenKubelet, 'args' | 'argumentsFrom'> => {
  const { running, unit } = facts.kubeletCommand
  if (running) return { args: running, argumentsFrom: 'the running kubelet' }
  if (unit) return { args: unit, argumentsFrom: `kubelet.service with ${kubeletEnvironmentPath}` }
  const text = variable.exec(seenText(facts, kubeletEnvironmentPath) ?? '')?.[1] ?? ''
  return { args: systemdWords(text), argumentsFrom: kubeletEnvironmentPath }
}

/**
 * The merged configuration. Throws an AmiproofError when the base file is missing or malformed: the kubelet would not start, so there is
 * nothing that it would run with; the checks of the file itself fail.
 */
export const settledKubelet = (facts: Facts): SeenKubelet => {
  const seen = kubeletOf(facts)
  if (seen.unsettled === undefined) return seen
  throw new AmiproofError(
    `cannot tell what the kubelet would run with, because it would not start: ${seen.unsettled}; repair that first`,
    { kind: 'fact', code: 'kubelet-config', op: 'merge the configuration of the kubelet', blame: 'image' },
  )
}

/** Merged once for each node; facts that are read again are the same objects. */
const known = new WeakMap<Facts['configs'], SeenKubelet>()

/** What the kubelet runs with, or would run with: its file, its drop-ins and its flags, merged as it merges them. */
export const kubeletOf = (facts: Facts): SeenKubelet => {
  const { configs } = facts
  const seen = known.get(configs) ?? merged(facts)
  known.set(configs, seen)
  return seen
}

const merged = (facts: Facts): SeenKubelet => {
  const { args, argumentsFrom } = commandLine(facts)
  const flag = (name: string) => givenFlags(args).findLast((given) => given.name === name)?.value
  const base = flag('config') ?? kubeletConfigPath
  const text = seenText(facts, base)
  const directory = flag('config-dir')
  const dropIns =
    directory === undefined
      ? []
      : textsUnder(facts.configs, directory).map(([path, text]) => ({ path, text }))
  const effective = effectiveKubelet(text === undefined ? undefined : { path: base, text }, dropIns, args)
  const unsettled =
    text === undefined ? `there is no ${base}` : effective.refused.find((why) => why.startsWith(`${base}: `))
  return {
    ...effective,
    args,
    argumentsFrom,
    unsettled,
    setBy: (keys) => origin(effective, keys, argumentsFrom),
  }
}

const pointer = (keys: readonly string[]): string =>
  keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

const origin = ({ origin }: EffectiveKubelet, keys: readonly string[], argumentsFrom: string): string => {
  const at = pointer(keys)
  const sources = [...origin]
    .filter(([key]) => key === at || key.startsWith(`${at}/`))
    .map(([, source]) => source)
  const names = sources.map((source) => {
    if (source.kind === 'file') return `set by ${source.path}`
    return source.kind === 'flag' ? `set by --${source.flag} in ${argumentsFrom}` : 'the kubelet’s default'
  })
  return [...new Set(names)].join(' and ') || 'set by nobody'
}
