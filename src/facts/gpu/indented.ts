import { shortLines } from './short-lines.ts'
import type { Tree } from './tree.ts'

interface Open {
  readonly name: string
  readonly value: string
  readonly children: Open[]
}

/** `GPU T.Limit Temp` is `gpu_t_limit_temp`. */
const nameOf = (key: string): string =>
  key
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')

/** Deeper than any report; what is further in belongs to the last level. */
const maxDepth = 40

/**
 * Reads `nvidia-smi -q`, the report for people, as a tree: four blanks are one level, a GPU is an element `gpu` with its bus id as `@id`.
 * Lines that are neither `Key : value` nor a heading are left out.
 */
export const readIndented = (text: string): Tree => {
  const root: Open = { name: 'nvidia_smi_log', value: '', children: [] }
  const open: { readonly indent: number; readonly element: Open }[] = [{ indent: -1, element: root }]
  for (const line of shortLines(text)) {
    const spaced = line.replaceAll('\t', '    ').trimEnd()
    const words = spaced.trimStart()
    const indent = spaced.length - words.length
    if (words === '' || /^[=#]/.test(words)) continue
    while ((open.at(-1)?.indent ?? -1) >= indent || open.length > maxDepth) open.pop()
    const element = elementOf(words)
    ;(open.at(-1)?.element ?? root).children.push(element)
    open.push({ indent, element })
  }
  return root
}

const elementOf = (words: string): Open => {
  const [, bus] = /^GPU ([0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-9A-Fa-f])$/.exec(words) ?? []
  if (bus !== undefined)
    return { name: 'gpu', value: '', children: [{ name: '@id', value: bus, children: [] }] }
  const at = words.search(/\s+:(\s|$)/)
  return at < 0
    ? { name: nameOf(words), value: '', children: [] }
    : { name: nameOf(words.slice(0, at)), value: words.slice(at).replace(/^\s*:\s*/, ''), children: [] }
}
