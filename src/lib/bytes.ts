import { Buffer } from 'node:buffer'

/** The order of Go's strings and of C's strcmp: by UTF-8 bytes, which UTF-16 order is not for characters beyond U+FFFF. */
export const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
