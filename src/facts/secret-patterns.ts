import { isHarmless, isProse } from './secret-harmless.ts'
import { inHeaders } from './secret-headers.ts'

/** Takes a secret out of a text: returns what stands in its place. */
export type Take = (secret: string) => string

/**
 * What gives a secret away by the name before it. Only the end of a key counts (`DB_PASSWORD`, `clientSecret`), so that
 * `tokenTTL`, `password-file` and `secretName` are no secrets, and no pattern here has an unbounded prefix: a line may be 1 MB.
 */
const keys =
  '(?:pass(?:word|wd|phrase|code)|[_-]pass|pwd|secret|token|credentials?|client[_-]?key[_-]?data|[_-]psk|' +
  '(?:api|access|secret|private|encryption|signing|shared|account|license|auth)[_-]?key)'
/** A quote, perhaps escaped because the text is quoted itself (JSON in a journal line). */
const quote = String.raw`\\*["']`
const value = String.raw`(?:(?<q>${quote})(?<quoted>(?:(?!\k<q>)[^\n]){1,16384})\k<q>|(?<bare>[^\s"'\u0000\u001f]{1,16384}))`
/** Text that a file's lines may begin with in our own probes. */
const indent = String.raw`\|?[ \t]+`

const assigned = new RegExp(
  String.raw`(?<head>(?<key>${keys})(?:${quote})?[ \t]*(?:=>|[:=]|%3[adAD])[ \t]*(?:\[[ \t]*(?=${quote}))?)${value}`,
  'gi',
)
/** `"PASSWORD=two words"`: the quote before the name ends the value. */
const quotedWhole = new RegExp(
  String.raw`(?<head>(?<open>\\{0,4}["'])(?<key>[A-Za-z0-9_.-]{0,60}${keys})=)(?!${quote})(?<text>(?:(?!\k<open>)[^\n]){1,16384})(?=\k<open>)`,
  'gi',
)
/** A name and its value alone on a line, as in netrc, or a name in capitals before what is no word. */
const spaced = new RegExp(
  String.raw`(?<head>^\|?[ \t]*(?:(?:env|export|set)[ \t]+)?(?:[a-z0-9]{1,30}[_.]){0,6}(?<key>${keys})[ \t]+)(?<bare>[^\s"'\u0000\u001f]{1,4096})(?=[ \t]*\r?$)`,
  'gim',
)
const inNetrc =
  /(?<head>\blogin[ \t]+\S{1,256}[ \t]+(?<key>password)[ \t]+)(?<bare>[^\s"'\u0000\u001f]{1,4096})/g
const inCapitals =
  /(?<head>(?<key>PASS(?:WORD|WD|PHRASE)|SECRET|TOKEN|(?:API|ACCESS|SECRET|PRIVATE)_KEY)[ \t]+)(?<bare>(?=[^\s]{0,64}\d)(?=[^\s]{0,64}[A-Za-z])[^\s"'\u0000\u001f]{4,4096})/g
const flagged = new RegExp(
  String.raw`(?<head>(?:^|[\s"'\u0000\u001f])(?<key>--?[a-z0-9-]{0,40}${keys})(?:[ \t\u0000\u001f]+|${quote},[ \t]*))${value}`,
  'gim',
)
const named = new RegExp(
  String.raw`(?<head>name(?:${quote})?[ \t]*[:=][ \t]*(?:${quote})?(?<key>[a-z0-9_]{0,60}${keys})(?:${quote})?[\s,|]{0,80}(?:${quote})?value(?:${quote})?[ \t]*[:=][ \t]*)${value}`,
  'gi',
)
const block = new RegExp(
  String.raw`(?<head>${keys}[ \t]*:[ \t]*[|>][+-]?[ \t]*\r?\n(?<indent>${indent}))(?<body>[^\n]+(?:\n\k<indent>[^\n]*)*)`,
  'gi',
)
const authorization = new RegExp(
  String.raw`(?<head>authorization(?:${quote})?[ \t]*[:=][ \t]*\[?[ \t]*(?:${quote})?(?:(?<scheme>basic|bearer|token|digest|negotiate)[ \t]+)?)(?<bare>[^\s"'\\{}[\],\u0000\u001f]{1,16384})`,
  'gi',
)
/** Headers that are secrets: cookies whole, and what clients call `X-Auth`, `X-Vault-Token`, `X-Api-Key`. */
const cookie = new RegExp(
  String.raw`(?<head>\bcookie(?:${quote})?[ \t]*[:=][ \t]*(?:\[[ \t]*)?(?:${quote})?)(?<bare>[^"'\\\n\r\u0000\u001f]{1,16384})`,
  'gi',
)
const extension = new RegExp(
  String.raw`(?<head>\bx(?:-[a-z0-9]{1,30}){0,4}-(?:auth|token|key|secret|session|signature)(?:${quote})?[ \t]*[:=][ \t]*(?:\[[ \t]*)?(?:${quote})?)(?<bare>[^\s"'\\,\]\u0000\u001f]{1,16384})`,
  'gi',
)
const dockerAuth = new RegExp(
  String.raw`(?<head>\bauth(?:${quote})?[ \t]*[:=][ \t]*${quote})(?<bare>[A-Za-z0-9+/=_-]{8,16384})`,
  'gi',
)
const chpasswdList = new RegExp(
  String.raw`(?<head>chpasswd:[^\0]{0,200}?list:[ \t]*[|>]?[+-]?[ \t]*\r?\n)(?<lines>(?:${indent}[^\s:]+:[^\n]+(?:\n|$))+)`,
  'g',
)

/** Whole texts that are secrets wherever they stand; the first group, when there is one, is the secret. */
const shapes: readonly RegExp[] = [
  // Private keys of every kind, also cut ones and ones with `\n` for their line ends.
  /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:[^-]|-(?!----)){0,65536}(?:-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----)?/g,
  // AWS access key ids of users and of sessions (IAM User Guide, "Unique identifiers").
  /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  // Session tokens of STS, and the signature of any presigned request.
  /(?<![A-Za-z0-9+/])(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[A-Za-z0-9+/=]{40,}/g,
  /X-Amz-(?:Signature|Credential|Security-Token)(?:=|%3D)([^&\s"'\\]+)/gi,
  // JSON web tokens (RFC 7519), tokens of EKS, bearer tokens without their header's name.
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g,
  /(?<![A-Za-z0-9_-])k8s-aws-v1\.[A-Za-z0-9_-]{16,}/g,
  /\bbearer[ \t]+((?=[A-Za-z._~+/-]{0,64}\d)[A-Za-z0-9._~+/=-]{12,})/gi,
  // kubeadm bootstrap tokens have a digit in each part nearly always; words with a dot have none.
  /(?<![A-Za-z0-9._-])(?=[a-z]{0,5}\d)[a-z0-9]{6}\.(?=[a-z]{0,15}\d)[a-z0-9]{16}(?![A-Za-z0-9._-])/g,
  // Tokens that say what they are: GitHub, GitLab, Slack, npm, Google, Docker Hub.
  /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|xox[abprs]-[A-Za-z0-9-]{10,}|npm_[A-Za-z0-9]{30,}|AIza[A-Za-z0-9_-]{30,}|dckr_pat_[A-Za-z0-9_-]{16,})/g,
  // Hashes of passwords (crypt(5)).
  /\$(?:1|2[abxy]|5|6|7|y|gy|sha1|apr1|argon2[id]{1,2})\$[A-Za-z0-9./$=,+-]{8,}/g,
  // `curl -u user:password`, `echo user:password | chpasswd`, `sshpass -p password`.
  /(?:\s-u[ \t\u001f]*|--user[ =\u001f])\\*["']?[A-Za-z0-9._-]{1,64}:([^\s"'\u001f]{1,256})/g,
  /\b[a-z_][a-z0-9_-]{0,31}:([^\s:"'|]{1,256})\\*["']?[ \t]*\|[ \t]*(?:sudo[ \t]+)?chpasswd/g,
  // `mysql -psecret`, and any client with `-uroot -psecret`.
  /\b(?:mysql|mariadb)[^\n]{0,300}?[ \t\u001f]\\*["']?-p([^\s"'\u001f]{1,256})/g,
  /[ \t\u001f]-u[ \t\u001f]?[A-Za-z0-9_]{1,64}[ \t\u001f]+-p([^\s"'\u001f]{1,256})/g,
  /AWS4-HMAC-SHA256[^\n]{0,600}?Signature=([0-9a-f]{16,})/g,
  /\bsshpass[ \t\u001f]+-p[ \t\u001f]*\\*["']?([^\s"'\u001f]{1,256})/g,
]

/** `scheme://user:password@host`; http and https also with a token alone. The whole part before `@` is taken. */
const inUrl =
  /(?<head>(?<![a-z0-9+.-])(?<scheme>[a-z][a-z0-9+.-]{1,20}):(?:\/\/|%2[fF]%2[fF]))(?<login>[^\s"'<>@/?#\\\u001f]{1,1024})@/gi

/** Takes every secret out of a text. Bytes outside ASCII must come as one character each. */
export const takeSecrets = (text: string, take: Take): string => {
  let rest = text
  for (const shape of shapes)
    rest = rest.replace(shape, (whole: string, inner: unknown) =>
      typeof inner === 'string' && inner !== ''
        ? replaceLast(whole, inner, spare(inner) ?? take(inner))
        : take(whole),
    )
  rest = rest.replace(inUrl, (whole: string, ...more: unknown[]) => {
    const { head = '', scheme = '', login = '' } = groups(more)
    if (isTaken(login) || (!/:|%3a/i.test(login) && !/^https?$/i.test(scheme))) return whole
    return `${head}${take(login)}@`
  })
  rest = inHeaders(rest, (secret) => spare(secret) ?? take(secret))
  for (const pattern of patterns)
    rest = rest.replace(pattern, (whole: string, ...more: unknown[]) => taken(whole, more, take))
  return rest.replace(chpasswdList, (_: string, ...more: unknown[]) => {
    const { head = '', lines = '' } = groups(more)
    return head + lines.replace(/:([^\n]+)/g, (_, secret: string) => `:${spare(secret) ?? take(secret)}`)
  })
}

const patterns = [
  block,
  named,
  quotedWhole,
  cookie,
  extension,
  assigned,
  flagged,
  authorization,
  dockerAuth,
  spaced,
  inNetrc,
  inCapitals,
]

type Groups = Readonly<Record<string, string | undefined>>
const groups = (more: readonly unknown[]): Groups => {
  const last = more.at(-1)
  // The last argument of a replacer is the record of named groups, which every pattern given to it has.
  return typeof last === 'object' && last !== null ? (last as Groups) : {}
}

const taken = (whole: string, more: readonly unknown[], take: Take): string => {
  const { head = '', key = '', q = '', quoted, bare, body, text } = groups(more)
  const secret = body ?? text ?? quoted ?? bare ?? ''
  const subject = [...more].reverse().find((one): one is string => typeof one === 'string') ?? ''
  const offset = more.findLast((one): one is number => typeof one === 'number') ?? 0
  const prose = bare !== undefined && isProse(head, key, secret, subject, offset, whole.length)
  if (body === undefined && (prose || isHarmless(key, secret, quoted !== undefined))) return whole
  if (spare(secret) !== undefined) return whole
  return `${head}${q}${take(secret)}${q}`
}

/** A secret that was taken before stays as it is. */
const isTaken = (text: string): boolean => text.includes('redacted:')
const spare = (text: string): string | undefined => (isTaken(text) ? text : undefined)
const replaceLast = (whole: string, part: string, by: string): string => {
  const at = whole.lastIndexOf(part)
  return whole.slice(0, at) + by + whole.slice(at + part.length)
}
