import { shortLines } from './short-lines.ts'

export interface PciLine {
  readonly address: string
  /** Four digits in lower case: `0302`. */
  readonly class: string
  readonly vendor: string
  readonly device: string
}

/** Reads `lspci -nn` and `lspci -Dnn`. */
export const readLspci = (text: string): readonly PciLine[] => {
  const found = shortLines(text).flatMap((line) => {
    const [, address, kind, vendor, device] =
      /^((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]) .*?\[([0-9a-f]{4})\]: .*\[([0-9a-f]{4}):([0-9a-f]{4})\]/.exec(
        line,
      ) ?? []
    return address && kind && vendor && device ? [{ address, class: kind, vendor, device }] : []
  })
  if (found.length === 0) throw new Error('no line is one of lspci -nn')
  return found
}
