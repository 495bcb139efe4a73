import { lines } from '../text.ts'

/** Lines as far as any tool of an accelerator writes them: what is longer is cut, so that no pattern has to look at a megabyte. */
export const shortLines = (text: string, most = 2_000): readonly string[] =>
  lines(text).map((line) => (line.length > most ? line.slice(0, most) : line))
