import type { Tree } from './tree.ts'

/** Bounds that no report of a tool comes near: sixteen GPUs with every supported clock are about 60,000 elements, nine deep. */
const maxElements = 400_000
const maxDepth = 40

const references: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/**
 * Reads the XML of a tool's report. Throws an `Error` that names the place where it is not well-formed.
 * A document type may be named, as nvidia-smi does, but not defined: an internal subset, and every entity but the five of XML and characters
 * by number, is refused, so nothing can expand.
 */
export const readXml = (text: string): Tree => {
  const root: Open = { name: '', value: '', children: [] }
  const open: Open[] = [root]
  let at = 0
  let elements = 0
  const fail = (why: string): never => {
    throw new Error(`the XML is not well-formed at character ${at}: ${why}`)
  }
  const upTo = (mark: string, from: number): number => {
    const end = text.indexOf(mark, from)
    return end < 0 ? fail(`it ends before ${JSON.stringify(mark)}`) : end
  }
  const top = (): Open => open.at(-1) ?? fail('an element is closed that was not opened')
  while (at < text.length) {
    const next = text.indexOf('<', at)
    const end = next < 0 ? text.length : next
    const words = text.slice(at, end)
    if (words.trim() !== '') {
      if (open.length === 1) fail(`"${words.trim().slice(0, 60)}" stands outside the document`)
      top().value += decode(words, fail)
    }
    at = end
    if (next < 0) break
    if (text.startsWith('<?', at)) {
      at = upTo('?>', at) + 2
    } else if (text.startsWith('<!--', at)) {
      at = upTo('-->', at + 4) + 3
    } else if (text.startsWith('<![CDATA[', at)) {
      const close = upTo(']]>', at)
      top().value += text.slice(at + 9, close)
      at = close + 3
    } else if (text.startsWith('<!DOCTYPE', at)) {
      const close = upTo('>', at)
      if (/[[\]]|<!/.test(text.slice(at + 2, close)))
        fail('it defines a document type of its own, which is refused')
      at = close + 1
    } else if (text.startsWith('<!', at)) {
      fail('a declaration stands where no report has one')
    } else {
      const close = upTo('>', at)
      const tag = text.slice(at + 1, close)
      if (tag.startsWith('/')) {
        const closed = open.length > 1 ? open.pop() : fail('an element is closed that was not opened')
        if (closed && closed.name !== tag.slice(1).trim())
          fail(`</${tag.slice(1, 60)}> closes <${closed.name}>`)
      } else {
        elements += 1
        if (elements > maxElements) fail(`it has more than ${maxElements} elements`)
        const isEmpty = tag.endsWith('/')
        const element = elementOf(isEmpty ? tag.slice(0, -1) : tag, fail)
        if (open.length === 1 && root.children.length > 0) fail('it has a second root')
        top().children.push(element)
        if (!isEmpty) open.push(element)
        if (open.length > maxDepth) fail(`it is more than ${maxDepth} elements deep`)
      }
      at = close + 1
    }
  }
  if (open.length > 1) fail(`<${top().name}> is not closed: the output was cut`)
  const [document] = root.children
  return trimmed(document ?? fail('there is no element in it'))
}

interface Open {
  readonly name: string
  value: string
  readonly children: Open[]
}

/** Of attributes, reports only have the `id` of a GPU; it is kept as a child. */
const elementOf = (tag: string, fail: (why: string) => never): Open => {
  const [, name] = /^([A-Za-z_][\w.-]*)(?=\s|$)/.exec(tag) ?? []
  if (name === undefined) return fail(`"<${tag.slice(0, 60)}>" is no tag`)
  const rest = tag.slice(name.length).trim()
  if (rest === '') return { name, value: '', children: [] }
  const [, key, , double, single] = /^([A-Za-z_][\w.-]*)=("([^"<]*)"|'([^'<]*)')$/.exec(rest) ?? []
  if (key === undefined) return fail(`the attributes "${rest.slice(0, 60)}" cannot be read`)
  const value = decode(double ?? single ?? '', fail)
  return { name, value: '', children: [{ name: `@${key}`, value, children: [] }] }
}

const decode = (words: string, fail: (why: string) => never): string =>
  words.replace(/&([^;&\s]{0,12});?/g, (whole, name: string) => {
    const [, hex, decimal] = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name) ?? []
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    const character = code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined
    const known = Object.hasOwn(references, name) ? references[name] : character
    // Names of processes come as they are, and a lone ampersand is one of their characters.
    if (!whole.endsWith(';')) return whole
    return known ?? fail(`the entity ${whole.slice(0, 20)} is not known`)
  })

const trimmed = ({ name, value, children }: Open): Tree => ({
  name,
  value: value.trim(),
  children: children.map(trimmed),
})
