import { AmiproofError } from '../lib/errors.ts'
import type { Compat } from './compat.ts'
import { joinFile } from './image-file.ts'
import type { NodeFile } from './node-file.ts'

export const resolvedPath = '/run/systemd/resolved.conf.d/40-eks.conf'

interface Names {
  readonly nameservers?: readonly string[] | undefined
  readonly domains?: readonly string[] | undefined
}

const check = (key: string, values: readonly string[]): void => {
  const bad = values.find((value) => !/^\S+$/.test(value))
  if (bad === undefined) return
  throw new AmiproofError(
    `cannot render ${resolvedPath}: ${JSON.stringify(bad)} in spec.instance.network.${key} is not one word; list each separately`,
    { kind: 'config', code: 'bad-name-resolution', op: 'render name resolution', blame: 'user' },
  )
}

/** DNS servers and search domains for systemd-resolved; nothing when neither is given (nodeadm `internal/system/resolve.go`). */
export const resolvedFiles = (network: Names = {}, compat?: Compat): readonly NodeFile[] => {
  const { nameservers = [], domains = [] } = network
  if (nameservers.length === 0 && domains.length === 0) return []
  if (compat !== 'nodeadm') {
    check('nameservers', nameservers)
    check('domains', domains)
  }
  // A missing half leaves its line empty, as nodeadm's template does.
  const line = (key: string, values: readonly string[]): string =>
    values.length === 0 ? '' : `${key}=${values.join(' ')}`
  return [
    joinFile(resolvedPath, 'ini', `[Resolve]\n${line('DNS', nameservers)}\n${line('Domains', domains)}\n`),
  ]
}
