import { shortLines } from './short-lines.ts'

/** One endpoint that libfabric offers; a network card has two or three of them. */
export interface Endpoint {
  readonly provider: string
  readonly domain: string
  readonly type: string
}

/** Reads `fi_info -p efa`. No endpoint at all is an answer in words: `fi_getinfo: -61`. */
export const readFabricInfo = (text: string): readonly Endpoint[] => {
  if (/^fi_getinfo: -\d+/m.test(text)) return []
  const found: { provider: string; domain: string; type: string }[] = []
  for (const line of shortLines(text)) {
    const [, key, value = ''] = /^\s*(\w+): (.*?)\s*$/.exec(line) ?? []
    const last = found.at(-1)
    if (key === 'provider') found.push({ provider: value, domain: '', type: '' })
    else if (key === 'domain' && last) last.domain = value
    else if (key === 'type' && last) last.type = value
  }
  if (found.length === 0) throw new Error('no line names a provider: this is no fi_info')
  return found
}

/** The network cards behind endpoints: `rdmap47s0-rdm` and `rdmap47s0-dgrm` are one. */
export const cardsOf = (endpoints: readonly Endpoint[]): readonly string[] => [
  ...new Set(endpoints.map(({ domain }) => domain.replace(/-(rdm|dgrm|dgram)$/, ''))),
]
