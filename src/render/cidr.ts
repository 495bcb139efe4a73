/** An address as Go's `net` package sees it: 4 or 16 bytes. */
export interface Address {
  readonly family: 'ipv4' | 'ipv6'
  readonly bytes: readonly number[]
}

export interface Cidr {
  /** The text before the slash, as written. */
  readonly addressText: string
  readonly address: Address
  readonly prefixLength: number
}

const parseIpv4 = (text: string): readonly number[] | undefined => {
  const fields = text.split('.')
  if (fields.length !== 4 || !fields.every((field) => /^(0|[1-9]\d{0,2})$/.test(field))) return undefined
  const bytes = fields.map(Number)
  return bytes.every((byte) => byte <= 255) ? bytes : undefined
}

/** The 16-bit groups of one side of `::`, where the last may be a dotted quad. */
const groupsOf = (side: string, mayEndInIpv4: boolean): readonly number[] | undefined => {
  if (side === '') return []
  const fields = side.split(':')
  const last = fields.at(-1) ?? ''
  const quad = mayEndInIpv4 && last.includes('.') ? parseIpv4(last) : undefined
  const hex = quad ? fields.slice(0, -1) : fields
  if (!hex.every((field) => /^[0-9a-fA-F]{1,4}$/.test(field))) return undefined
  const [a = 0, b = 0, c = 0, d = 0] = quad ?? []
  return [...hex.map((field) => Number.parseInt(field, 16)), ...(quad ? [a * 256 + b, c * 256 + d] : [])]
}

const parseIpv6 = (text: string): readonly number[] | undefined => {
  const sides = text.split('::')
  if (sides.length > 2) return undefined
  const [head, tail] = [groupsOf(sides[0] ?? '', sides.length === 1), groupsOf(sides[1] ?? '', true)]
  if (!head || !tail) return undefined
  const missing = 8 - head.length - tail.length
  // Go insists that :: stands for at least one group.
  if (sides.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail]
  return groups.flatMap((group) => [group >> 8, group & 255])
}

/** An address in text as Go's `netip.ParseAddr` reads it, without zones: leading zeros in octets are refused. */
export const parseAddress = (text: string): Address | undefined => {
  const ipv6 = text.includes(':')
  const bytes = ipv6 ? parseIpv6(text) : parseIpv4(text)
  return bytes && { family: ipv6 ? 'ipv6' : 'ipv4', bytes }
}

/** A CIDR as Go's `net.ParseCIDR` reads it; host bits are kept. undefined where Go reports `invalid CIDR address`. */
export const parseCidr = (text: string): Cidr | undefined => {
  const slash = text.indexOf('/')
  if (slash < 0) return undefined
  const addressText = text.slice(0, slash)
  const prefix = text.slice(slash + 1)
  const address = parseAddress(addressText)
  if (!address || !/^\d+$/.test(prefix)) return undefined
  const prefixLength = Number(prefix)
  return prefixLength <= address.bytes.length * 8 ? { addressText, address, prefixLength } : undefined
}

const maskByte = (prefixLength: number, index: number): number =>
  256 - 2 ** (8 - Math.min(8, Math.max(0, prefixLength - index * 8)))

const masked = (bytes: readonly number[], prefixLength: number): readonly number[] =>
  bytes.map((byte, index) => byte & maskByte(prefixLength, index))

/** Whether bits beyond the prefix are set, as in `10.100.5.77/16`. */
export const hasHostBits = ({ address, prefixLength }: Cidr): boolean =>
  masked(address.bytes, prefixLength).some((byte, index) => byte !== address.bytes[index])

/** Whether the network holds the address; families must agree. */
export const contains = (cidr: Cidr, address: Address): boolean =>
  cidr.address.family === address.family &&
  masked(address.bytes, cidr.prefixLength).join() === masked(cidr.address.bytes, cidr.prefixLength).join()

/** Whether Go's `To4` is non-nil: an IPv4 address, also when written as `::ffff:10.0.0.0`. */
export const isIpv4 = ({ family, bytes }: Address): boolean =>
  family === 'ipv4' ||
  (bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255)
