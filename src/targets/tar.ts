/** A file or, with a path that ends in /, a directory; always root's. */
export interface TarEntry {
  readonly path: string
  /** Permission bits, e.g. 0o644. */
  readonly mode: number
  readonly content: Uint8Array | string
}

const block = 512
const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`

/** POSIX.1-1988 ustar, https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06 */
const header = (path: string, mode: number, size: number): Buffer => {
  // prefix (155 bytes) and name (100 bytes) are split at a slash
  const cut = Buffer.byteLength(path) <= 100 ? -1 : path.indexOf('/', path.length - 101)
  const [prefix, name] = [path.slice(0, Math.max(cut, 0)), path.slice(cut + 1)]
  if (Buffer.byteLength(name) > 100 || Buffer.byteLength(prefix) > 155 || name === '')
    throw new Error(`the path ${path} is too long for a tar header`)
  const bytes = Buffer.alloc(block)
  bytes.write(name, 0)
  bytes.write(octal(mode, 8) + octal(0, 8) + octal(0, 8) + octal(size, 12) + octal(0, 12), 100)
  bytes.write(' '.repeat(8), 148)
  bytes.write(path.endsWith('/') ? '5' : '0', 156)
  bytes.write('ustar\x0000root', 257)
  bytes.write('root', 297)
  bytes.write(prefix, 345)
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return bytes
}

/** A tar archive that depends on nothing but its entries: same entries, same bytes. */
export const tar = (entries: readonly TarEntry[]): Buffer =>
  Buffer.concat([
    ...entries.flatMap(({ path, mode, content }) => {
      const bytes = Buffer.from(content)
      return [header(path, mode, bytes.length), bytes, Buffer.alloc((block - (bytes.length % block)) % block)]
    }),
    Buffer.alloc(2 * block),
  ])
