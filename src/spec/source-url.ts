import { userDataError } from './user-data-error.ts'

/** A source named on nodeadm's command line. */
export type SourceUrl = { readonly scheme: 'imds' } | { readonly scheme: 'file'; readonly path: string }

const badUrl = (url: string, problem: string) =>
  userDataError(
    'bad-source-url',
    `reading the configuration source ${JSON.stringify(url)}: ${problem}; use imds://user-data or file:///path`,
  )

const unescapePercent = (text: string): string | undefined => {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) =>
    new TextDecoder().decode(Uint8Array.from(run.slice(1).split('%'), (hex) => Number.parseInt(hex, 16))),
  )
}

/** A host may escape only what is not ASCII, or what RFC 6874 allows; spaces, quotes and angle brackets are let through as they are. */
const badHost = (host: string): string | undefined => {
  if (/%(?![0-9A-Fa-f]{2})/.test(host)) return 'its host has an invalid escape'
  if (/%(?!25|[89A-Fa-f])/.test(host)) return 'its host has an escape that is not allowed'
  if (/[\s\\^`{|}]/.test(host)) return 'its host has a character that is not allowed'
  if (host.includes('[') && !/^\[[0-9A-Fa-f:.]+(?:%25[^\]]*)?\](?::\d*)?$/.test(host))
    return 'its address is not one'
  return !host.startsWith('[') && /:(?!\d*$)[^:]*$/.test(host) ? 'its port is not a number' : undefined
}

/**
 * Reads a `--config-source` as nodeadm does (factory.go over Go's net/url): `imds:` with any rest, `file:` with host and path put
 * together, so that `file://rel.yaml` is the relative path `rel.yaml`.
 * @throws AmiproofError `bad-source-url`
 */
export const parseSourceUrl = (url: string): SourceUrl => {
  const [withoutFragment = '', ...fragment] = url.split('#')
  if (/[\u0000-\u001f\u007f]/.test(withoutFragment)) throw badUrl(url, 'it holds a control character')
  if (withoutFragment.startsWith(':')) throw badUrl(url, 'the scheme is missing')
  const [, scheme = '', after = withoutFragment] =
    /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/su.exec(withoutFragment) ?? []
  const rest = after.split('?', 1)[0] ?? ''
  const [, authority = '', path = ''] = rest.startsWith('//')
    ? (/^\/\/([^/]*)(.*)$/su.exec(rest) ?? [])
    : ['', '', rest.startsWith('/') ? rest : '']
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  const problem = badHost(host)
  if (problem !== undefined) throw badUrl(url, problem)
  const [plainHost, plainPath] = [unescapePercent(host), unescapePercent(path)]
  if (plainHost === undefined || plainPath === undefined || unescapePercent(fragment.join('#')) === undefined)
    throw badUrl(url, 'it has an invalid escape')
  switch (scheme.toLowerCase()) {
    case 'imds':
      return { scheme: 'imds' }
    case 'file':
      return { scheme: 'file', path: plainHost + plainPath }
    default:
      throw badUrl(url, scheme === '' ? 'it has no scheme' : `the scheme ${scheme} is not supported`)
  }
}
