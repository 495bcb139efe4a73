import type { Finding } from '../lib/finding.ts'
import { isMap, isScalar, isSeq, type Pair, type YAMLMap } from '../lib/yaml.ts'
import { kubeletTypeMeta } from './kubelet.ts'
import { kubeletYaml } from './kubelet-document.ts'
import { fieldsBelow, kubeletFields, typeAt, typeOf } from './kubelet-tables.ts'
import { type Suggest, suggester } from './suggester.ts'
import { positionsIn } from './text-position.ts'

type Kind = 'config' | 'drop-in'

interface Entry {
  readonly key: string
  readonly offset: number
  readonly value: unknown
}

const entriesOf = (map: YAMLMap): readonly Entry[] =>
  map.items.map(({ key, value }: Pair) => ({
    key: String(isScalar(key) ? key.value : key),
    offset: isScalar(key) ? (key.range?.[0] ?? 0) : 0,
    value,
  }))

type Report<F = Finding> = (offset: number, finding: Omit<Finding, 'line' | 'column'>) => F

interface Linting<F = Finding> {
  readonly kind: Kind
  readonly report: Report<F>
  readonly suggest: Suggest
}

const typeFindings = (root: YAMLMap, report: Report): readonly Finding[] =>
  Object.entries(kubeletTypeMeta).flatMap(([key, expected]) => {
    const entry = entriesOf(root).find((each) => each.key === key)
    const seen = entry && isScalar(entry.value) ? entry.value.value : undefined
    if (seen === expected) return []
    return report(entry?.offset ?? 0, {
      rule: 'kubelet/wrong-type',
      severity: 'error',
      message: `${key} is ${entry ? JSON.stringify(seen) : 'missing'}, and the kubelet does not start with such a file`,
      fix: `write ${key}: ${expected}`,
    })
  })

const unknownFindings = <F>(map: YAMLMap, path: readonly string[], linting: Linting<F>): readonly F[] => {
  const { kind, report, suggest } = linting
  const known = fieldsBelow(path)
  if (!known) return []
  return entriesOf(map).flatMap(({ key, offset, value }) => {
    const name = [...path, key].join('.')
    if (known.includes(key)) return isMap(value) ? unknownFindings(value, [...path, key], linting) : []
    const meant = suggest(key, known)
    return report(offset, {
      rule: 'kubelet/unknown-key',
      // In --config the kubelet at least logs it; in a drop-in nothing tells.
      severity: kind === 'drop-in' ? 'error' : 'warning',
      message: `KubeletConfiguration has no ${name}: the kubelet ignores it${kind === 'drop-in' ? ' without a word' : ''}`,
      fix: meant ? `write ${[...path, meant].join('.')}` : `take ${name} out`,
    })
  })
}

const signals = Object.keys(kubeletFields.find(({ path }) => path.join() === 'evictionHard')?.default ?? {})

/** A partial evictionHard in --config zeroes the thresholds it leaves out; in a drop-in they keep their defaults. */
const evictionFindings = <F>(root: YAMLMap, report: Report<F>): readonly F[] => {
  const entries = entriesOf(root)
  const eviction = entries.find(({ key }) => key === 'evictionHard')
  const merging = entries.find(({ key }) => key === 'mergeDefaultEvictionSettings')
  if (
    !eviction ||
    !isMap(eviction.value) ||
    (merging && isScalar(merging.value) && merging.value.value === true)
  )
    return []
  const given = entriesOf(eviction.value).map(({ key }) => key)
  const missing = signals.filter((signal) => !given.includes(signal))
  return missing.length === 0
    ? []
    : [
        report(eviction.offset, {
          rule: 'kubelet/partial-eviction-hard',
          severity: 'info',
          message: `evictionHard replaces all defaults: ${missing.join(', ')} will not evict`,
          fix: 'list them too, or set mergeDefaultEvictionSettings: true',
        }),
      ]
}

const nullFindings = <F>(map: YAMLMap, path: readonly string[], report: Report<F>): readonly F[] =>
  entriesOf(map).flatMap(({ key, offset, value }) => {
    const name = [...path, key].join('.')
    if (isMap(value)) return nullFindings(value, [...path, key], report)
    return isScalar(value) && value.value === null
      ? [
          report(offset, {
            rule: 'kubelet/null-resets',
            severity: 'info',
            message: `null takes ${name} of the files before away, so that its default applies`,
            fix: `write the value that ${name} should have`,
          }),
        ]
      : []
  })

/** How a YAML node is written, in the words of the table of fields. */
const typeOfNode = (node: unknown): string =>
  isMap(node) ? 'map' : isSeq(node) ? 'list' : typeOf(isScalar(node) ? node.value : undefined)

/** Values that the kubelet cannot decode. */
const valueFindings = <F>(map: YAMLMap, path: readonly string[], report: Report<F>): readonly F[] =>
  entriesOf(map).flatMap(({ key, offset, value }) => {
    const below = [...path, key]
    const [expected, seen] = [typeAt(below), typeOfNode(value)]
    if (expected !== undefined && seen !== 'null' && seen !== 'undefined' && seen !== expected)
      return report(offset, {
        rule: 'kubelet/wrong-value-type',
        severity: 'error',
        message: `${below.join('.')} is a ${seen} and must be a ${expected}: the kubelet does not start`,
        fix: `write a ${expected}`,
      })
    return isMap(value) && fieldsBelow(below) ? valueFindings(value, below, report) : []
  })

const duplicateFindings = <F>(map: YAMLMap, path: readonly string[], report: Report<F>): readonly F[] => {
  const seen = new Set<string>()
  return entriesOf(map).flatMap(({ key, offset, value }) => {
    const name = [...path, key].join('.')
    const again = seen.has(key)
    seen.add(key)
    return [
      ...(again
        ? [
            report(offset, {
              rule: 'kubelet/duplicate-key',
              severity: 'warning',
              message: `${name} is written twice, and only the last counts`,
              fix: `keep one ${name}`,
            }),
          ]
        : []),
      ...(isMap(value) ? duplicateFindings(value, [...path, key], report) : []),
    ]
  })
}

const settingsFindings = <F>(root: YAMLMap, { kind, report, suggest }: Linting<F>): readonly F[] => [
  ...unknownFindings(root, [], { kind, report, suggest }),
  ...valueFindings(root, [], report),
  ...duplicateFindings(root, [], report),
  ...(kind === 'config' ? evictionFindings(root, report) : nullFindings(root, [], report)),
]

/** Findings in what a NodeConfig gives the kubelet: nodeadm makes a drop-in of it, apiVersion and kind included. */
export const kubeletMapFindings = <F>(root: YAMLMap, report: Report<F>): readonly F[] =>
  settingsFindings(root, { kind: 'drop-in', report, suggest: suggester() })

/** Findings in one file of the kubelet's configuration. */
export const lintKubeletDocument = (text: string, kind: Kind): readonly Finding[] => {
  const position = positionsIn(text)
  const report: Report = (offset, finding) => ({ ...finding, ...position(offset) })
  const syntax = (offset: number, message: string): readonly Finding[] => [
    report(offset, {
      rule: 'kubelet/syntax',
      severity: 'error',
      message: `${message}, and the kubelet does not start`,
      fix: 'write one JSON or YAML object',
    }),
  ]
  try {
    const document = kubeletYaml(text)
    const [error] = document.errors
    if (error)
      return syntax(error.pos[0], `the file is neither JSON nor YAML: ${error.message.split('\n', 1)[0]}`)
    if (!isMap(document.contents)) return syntax(0, 'the file holds no object')
    return [
      ...typeFindings(document.contents, report),
      ...settingsFindings(document.contents, { kind, report, suggest: suggester() }),
    ]
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return syntax(0, 'the file is nested too deeply')
  }
}
