import { systemdWords } from '../render/systemd-words.ts'
import { derive } from './derive.ts'
import { textAt } from './files.ts'
import { assignments, lines } from './text.ts'

export interface KubeletCommand {
  /** Arguments of the running kubelet, without the program; undefined while none runs. */
  readonly running: readonly string[] | undefined
  /** Arguments that its unit would start it with; undefined when there is no such unit. */
  readonly unit: readonly string[] | undefined
  /** Variables that the unit names and nothing sets: systemd replaces them by nothing. */
  readonly unset: readonly string[]
}

/**
 * How the kubelet is started: by the process, and by the unit with its environment files, split into words as systemd does
 * (systemd.service(5), "Command lines": `$NAME` as a word of its own becomes several, `${NAME}` stays one).
 */
export const kubeletCommand = derive((facts): KubeletCommand => {
  const process = facts.processes.find(({ args }) => args[0]?.split('/').at(-1) === 'kubelet')
  const running = process?.args.slice(1)
  const unit = facts.units['kubelet.service']
  const [, argv] = / argv\[\]=(.*?) ; /.exec(unit?.ExecStart ?? '') ?? []
  if (!unit || argv === undefined) return { running, unit: undefined, unset: [] }
  const fromFiles = lines(unit.EnvironmentFiles ?? '').map((line) => {
    const path = line.replace(/ \(ignore_errors=(?:yes|no)\)$/, '')
    return path === '' ? {} : assignments(textAt(facts.configs, path) ?? '')
  })
  const own = Object.fromEntries(
    systemdWords(unit.Environment ?? '').map((pair) => pair.split(/=(.*)/s).slice(0, 2)),
  )
  const environment = new Map<string, string>([own, ...fromFiles].flatMap((one) => Object.entries(one)))
  const words = argv.split(' ').filter((word) => word !== '')
  return {
    running,
    unit: words.slice(1).flatMap((word) => expanded(word, environment)),
    unset: words.flatMap((word) => variablesOf(word)).filter((name) => !environment.has(name)),
  }
})

const variable = /\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)/g
const variablesOf = (word: string): readonly string[] =>
  [...word.matchAll(variable)].map(([, braced, bare]) => braced ?? bare ?? '')

const expanded = (word: string, environment: ReadonlyMap<string, string>): readonly string[] => {
  const [, alone] = /^\$([A-Za-z_]\w*)$/.exec(word) ?? []
  if (alone !== undefined) return systemdWords(environment.get(alone) ?? '')
  return [
    word.replace(
      variable,
      (_, braced?: string, bare?: string) => environment.get(braced ?? bare ?? '') ?? '',
    ),
  ]
}
