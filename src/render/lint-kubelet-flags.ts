import type { Finding } from '../lib/finding.ts'
import { atLeast } from '../lib/versions.ts'
import { givenFlags } from './kubelet-command-line.ts'
import { type KubeletFlag, kubeletFlag, kubeletFlagTable } from './kubelet-tables.ts'
import { type Suggest, suggester } from './suggester.ts'
import { splitWords, type Word } from './systemd-words.ts'
import { positionsIn } from './text-position.ts'

/** Stretches of arguments in the text, by offset: whole, or the values of variables that hold flags. */
const stretches = (text: string, kind: 'environment' | 'arguments'): readonly Word[] =>
  kind === 'arguments'
    ? [{ text, offset: 0 }]
    : [...text.matchAll(/^([A-Za-z_][A-Za-z0-9_]*=)(.*)$/gm)].map((match) => ({
        text: match[2] ?? '',
        offset: match.index + (match[1] ?? '').length,
      }))

const allFlags = kubeletFlagTable.map((each) => each.flag)

const judge = (
  flag: KubeletFlag | undefined,
  name: string,
  version: string | undefined,
  suggest: Suggest,
) => {
  if (!flag) {
    const meant = suggest(name, allFlags)
    return {
      rule: 'kubelet/unknown-flag',
      severity: 'error',
      message: `the kubelet has no flag --${name} and does not start with it`,
      fix: meant ? `write --${meant}` : `take --${name} out`,
    } as const
  }
  const field = flag.field?.join('.')
  const instead = field ? `set ${field} in the kubelet configuration` : `take --${flag.flag} out`
  if (flag.removedIn && version !== undefined && atLeast(version, flag.removedIn))
    return {
      rule: 'kubelet/removed-flag',
      severity: 'error',
      message: `--${flag.flag} was removed in Kubernetes ${flag.removedIn}, and kubelet ${version} does not start with it`,
      fix: instead,
    } as const
  if (field && flag.deprecated)
    return {
      rule: 'kubelet/flag-has-field',
      severity: 'warning',
      message: `--${flag.flag} is deprecated: it has the field ${field}, which it overrides unseen`,
      fix: instead,
    } as const
  return flag.deprecated
    ? ({
        rule: 'kubelet/deprecated-flag',
        severity: 'warning',
        message: `--${flag.flag} is deprecated${flag.removedIn ? ` and removed in Kubernetes ${flag.removedIn}` : ' and does nothing'}`,
        fix: instead,
      } as const)
    : undefined
}

/** Findings in arguments of the kubelet. */
export const lintKubeletFlags = (
  text: string,
  kind: 'environment' | 'arguments',
  version?: string,
): readonly Finding[] => {
  const position = positionsIn(text)
  const suggest = suggester()
  return stretches(text, kind).flatMap(({ text: value, offset }) => {
    const { words, balanced } = splitWords(value)
    const open: readonly Finding[] = balanced
      ? []
      : [
          {
            rule: 'kubelet/open-quote',
            severity: 'error',
            ...position(offset),
            message: 'a quote or backslash is not closed, so systemd passes on other arguments than written',
            fix: 'close it',
          },
        ]
    const flags = givenFlags(words.map((word) => word.text)).flatMap(
      ({ name, index }): readonly Finding[] => {
        const finding = judge(kubeletFlag(name), name, version, suggest)
        return finding ? [{ ...finding, ...position(offset + (words[index]?.offset ?? 0)) }] : []
      },
    )
    return [...open, ...flags]
  })
}
