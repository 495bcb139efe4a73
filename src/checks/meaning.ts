import { parse as parseYaml } from 'yaml'
import { parseToml } from '../lib/toml.ts'
import type { Format } from '../render/node-file.ts'

/** What a file says, in a form that `same` compares: spelling, comments and the order of keys are gone. Throws when it is malformed. */
export const meaningOf = (format: Format, text: string): unknown => {
  switch (format) {
    case 'toml':
      return parseToml(text)
    case 'json':
      return JSON.parse(text)
    case 'yaml':
      return parseYaml(text)
    case 'unit':
    case 'ini':
      return sections(text)
    case 'sysctl':
      return sysctls(text)
    case 'env':
      return environment(text)
    case 'lines':
      return numbered(meaningful(text))
    case 'text':
      return numbered(text.trimEnd().split('\n'))
    default:
      return format satisfies never
  }
}

const meaningful = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^[#;]/.test(line))

/** Lines by number, so that a difference names its line. */
const numbered = (lines: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(lines.map((line, i) => [`line ${i + 1}`, line]))

/** Sections of a unit file: every key with all its values in order, because systemd adds up some and takes the last of others. */
const sections = (text: string): Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> => {
  const found = new Map<string, Map<string, string[]>>()
  let section = ''
  for (const line of meaningful(text.replace(/\\\n/g, ' '))) {
    const header = /^\[(.+)\]$/.exec(line)?.[1]
    if (header !== undefined) section = header
    const keys = found.get(section) ?? new Map<string, string[]>()
    found.set(section, keys)
    const [, key, value = ''] = header === undefined ? (/^([^=]+?)\s*=\s*(.*)$/.exec(line) ?? []) : []
    if (key === undefined) continue
    keys.set(key, [...(keys.get(key) ?? []), value])
  }
  return Object.fromEntries([...found].map(([name, keys]) => [name, Object.fromEntries(keys)]))
}

/** Kernel parameters of one file (sysctl.d(5)): `/` and `.` are the same, a leading `-` only hides errors. */
export const sysctls = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    meaningful(text).flatMap((line) => {
      const [, key = '', value = ''] = /^-?\s*([^=]+?)\s*=\s*(.*)$/.exec(line) ?? []
      return key === '' ? [] : [[key.replaceAll('/', '.'), value.replace(/\s+/g, ' ')]]
    }),
  )

/** Variables of an environment file; arguments of the kubelet come in any order, so they are a list of words in order of name. */
const environment = (text: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    meaningful(text).flatMap((line) => {
      const [, key, value = ''] = /^([A-Za-z_]\w*)=(.*)$/.exec(line) ?? []
      if (key === undefined) return []
      const bare = value.replace(/^"(.*)"$/, '$1')
      return [[key, key.endsWith('_ARGS') ? bare.split(/\s+/).filter(Boolean).toSorted() : bare]]
    }),
  )
