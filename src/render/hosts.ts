import { AmiproofError } from '../lib/errors.ts'
import { parseAddress } from './cidr.ts'
import type { Compat } from './compat.ts'

export const hostsPath = '/etc/hosts'

/** The addresses of a host name, in the resolver's order; none when it does not resolve. */
export type Resolve = (host: string) => readonly string[]

/** The host of an endpoint, and its port if it has one: `https://api.example:6443/x` → `api.example`, `:6443`. */
const authorityOf = (endpoint: string): readonly [host: string, port: string] => {
  const [, authority = ''] = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]*)/.exec(endpoint) ?? []
  const [, host = '', port = ''] =
    /^(.*?)(:\d*)?$/s.exec(authority.slice(authority.lastIndexOf('@') + 1)) ?? []
  return [host, port]
}

const refuse = (endpoint: string, problem: string): never => {
  throw new AmiproofError(
    `cannot render ${hostsPath} for an Outpost: ${problem} in apiServerEndpoint ${JSON.stringify(endpoint)}; the endpoint must resolve when the node joins`,
    { kind: 'config', code: 'dns-failure', op: 'resolve the API server', blame: 'user' },
  )
}

/**
 * The lines that pin an Outpost's API server, so that the node finds it while the Region is unreachable (nodeadm `withOutpostSetup`).
 * nodeadm resolves host and port together, so an endpoint with a port fails; default mode leaves the port out.
 * Throws AmiproofError `dns-failure`.
 */
export const outpostHosts = (endpoint: string, resolve: Resolve, compat?: Compat): readonly string[] => {
  const [name, port] = authorityOf(endpoint)
  const host = compat === 'nodeadm' ? name + port : name.replace(/^\[(.*)\]$/, '$1')
  if (host === '') return refuse(endpoint, 'there is no host')
  const addresses = parseAddress(host) ? [host] : resolve(host)
  if (addresses.length === 0) return refuse(endpoint, `host ${JSON.stringify(host)} does not resolve`)
  return addresses.map((address) => `${address}\t${host}`)
}

/**
 * /etc/hosts with the lines added. Lines that are there already are not added again, so joining twice changes nothing; nodeadm appends
 * them each time, and does not end a last line that lacks its newline.
 */
export const addHosts = (existing: string, lines: readonly string[], compat?: Compat): string => {
  const text = (added: readonly string[]): string => added.map((line) => `${line}\n`).join('')
  if (compat === 'nodeadm') return existing + text(lines)
  const present = new Set(existing.split('\n'))
  const missing = [...new Set(lines)].filter((line) => !present.has(line))
  return existing + (missing.length > 0 && !/(^|\n)$/.test(existing) ? '\n' : '') + text(missing)
}
