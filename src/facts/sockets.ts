import { text } from '../lib/exec.ts'
import { absent } from './absent.ts'
import { fact } from './fact.ts'
import { lines } from './text.ts'

export type Socket =
  | {
      readonly family: 'tcp' | 'tcp6' | 'udp' | 'udp6'
      readonly address: string
      readonly port: number
      readonly uid: number
    }
  | { readonly family: 'unix'; readonly path: string }

/** What listens, from /proc/net: no tool is needed. Abstract sockets are written with `@` first. */
export const sockets = fact({
  probe: `grep -sH '' /proc/1/net/tcp /proc/1/net/tcp6 /proc/1/net/udp /proc/1/net/udp6 /proc/1/net/unix`,
  version: 1,
  maxBytes: 4 * 1024 * 1024,
  parse: (raw): readonly Socket[] => {
    if (raw.stdout.length === 0) throw absent('what listens', raw)
    return lines(text(raw.stdout)).flatMap(socket)
  },
})

/** TCP_LISTEN; an unconnected UDP socket is in TCP_CLOSE (include/net/tcp_states.h). */
const listening: Readonly<Record<string, string>> = { tcp: '0A', tcp6: '0A', udp: '07', udp6: '07' }

const socket = (line: string): readonly Socket[] => {
  const [, family, rest = ''] = /^\/proc\/1\/net\/(tcp6?|udp6?|unix):\s*(.*)$/.exec(line) ?? []
  const fields = rest.split(/\s+/)
  if (family === 'unix') {
    const path = fields.slice(7).join(' ')
    // __SO_ACCEPTCON: the socket waits for connections (include/uapi/linux/net.h).
    return path !== '' && (Number.parseInt(fields[3] ?? '', 16) & 0x10000) !== 0 ? [{ family, path }] : []
  }
  const [address = '', port = ''] = (fields[1] ?? '').split(':')
  if (
    (family !== 'tcp' && family !== 'tcp6' && family !== 'udp' && family !== 'udp6') ||
    fields[3] !== listening[family]
  )
    return []
  return [{ family, address: ip(address), port: Number.parseInt(port, 16), uid: Number(fields[7]) }]
}

/** The kernel prints addresses as 32-bit words in the byte order of the machine; x86_64 and arm64 are little-endian. */
const ip = (hex: string): string => {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse())
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.')
  const groups = Array.from({ length: 8 }, (_, at) =>
    Number.parseInt(`${bytes[at * 2]}${bytes[at * 2 + 1]}`, 16).toString(16),
  )
  return shortest(groups)
}

/** The longest run of at least two zero groups becomes `::` (RFC 5952, 4.2). */
const shortest = (groups: readonly string[]): string => {
  const runs = groups.map((_, at) => {
    const end = groups.findIndex((group, index) => index >= at && group !== '0')
    return { at, length: (end < 0 ? groups.length : end) - at }
  })
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), { at: 0, length: 1 })
  if (longest.length < 2) return groups.join(':')
  return `${groups.slice(0, longest.at).join(':')}::${groups.slice(longest.at + longest.length).join(':')}`
}
