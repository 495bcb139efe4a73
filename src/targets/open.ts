import { AmiproofError } from '../lib/errors.ts'
import type { OpenOptions } from './options.ts'
import type { Target } from './target.ts'

type Open = (rest: string, options: OpenOptions) => Promise<Target>

/** Imported when asked for, so that `--help` and offline work load no transport. */
const transports: Readonly<Record<string, { readonly what: string; readonly load: () => Promise<Open> }>> = {
  docker: {
    what: 'docker:IMAGE, a container; without IMAGE the default node image, docker:?containerd=2.1 its other variant',
    load: async () => (await import('./docker.ts')).openDocker,
  },
  local: { what: 'local:, this host', load: async () => (await import('./local.ts')).openLocal },
}

/** Every scheme that can run a script, with what its address means; for `amiproof list targets`. */
export const targetSchemes: readonly { readonly scheme: string; readonly what: string }[] = Object.entries(
  transports,
).map(([scheme, { what }]) => ({ scheme, what }))

/** Splits `scheme:rest` at the first colon, because image names hold colons too. */
export const splitAddress = (address: string): { readonly scheme: string; readonly rest: string } => {
  const colon = address.indexOf(':')
  return { scheme: address.slice(0, Math.max(colon, 0)), rest: address.slice(colon + 1) }
}

/**
 * Opens a place that can run scripts. Rejects with an AmiproofError of kind `usage` for an address that cannot be meant, and of kind
 * `target` when the place cannot be reached or does not boot; then nothing of it is left behind.
 */
export const openTarget = async (address: string, options: OpenOptions): Promise<Target> => {
  const { scheme, rest } = splitAddress(address)
  const transport = Object.hasOwn(transports, scheme) ? transports[scheme] : undefined
  if (!transport)
    throw new AmiproofError(
      `cannot open target ${JSON.stringify(address)}: known are ${targetSchemes.map((t) => t.what).join('; ')}`,
      { kind: 'usage', code: 'unknown-target', op: 'open a target', blame: 'user' },
    )
  const open = await transport.load()
  return open(rest, options)
}
