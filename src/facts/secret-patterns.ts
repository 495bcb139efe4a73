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
  String.raw`(?<head>(?<key>${keys})(?:${quote})?[ \t]*(?:=>|[:=]|%3[adAD])[ \t]*)${value}`,
  'gi',
)
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
  String.raw`(?<head>authorization(?:${quote})?[ \t]*[:=][ \t]*\[?[ \t]*(?:${quote})?(?:(?<scheme>basic|bearer|token|digest|negotiate)[ \t]+)?)(?<bare>[^\s"'\\{}[\],]{6,16384})`,
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
  for (const pattern of [block, named, assigned, flagged, authorization, dockerAuth])
    rest = rest.replace(pattern, (whole: string, ...more: unknown[]) => taken(whole, more, take))
  return rest.replace(chpasswdList, (_: string, ...more: unknown[]) => {
    const { head = '', lines = '' } = groups(more)
    return head + lines.replace(/:([^\n]+)/g, (_, secret: string) => `:${spare(secret) ?? take(secret)}`)
  })
}

type Groups = Readonly<Record<string, string | undefined>>
const groups = (more: readonly unknown[]): Groups => {
  const last = more.at(-1)
  // The last argument of a replacer is the record of named groups, which every pattern given to it has.
  return typeof last === 'object' && last !== null ? (last as Groups) : {}
}

const taken = (whole: string, more: readonly unknown[], take: Take): string => {
  const { head = '', key = '', scheme, q = '', quoted, bare, body } = groups(more)
  const secret = body ?? quoted ?? bare ?? ''
  const subject = [...more].reverse().find((one): one is string => typeof one === 'string') ?? ''
  const offset = more.findLast((one): one is number => typeof one === 'number') ?? 0
  const after = subject.slice(offset + whole.length, offset + whole.length + 2)
  if (body === undefined && isHarmless(key, secret, bare !== undefined ? after : '')) return whole
  if (/authorization/i.test(head) && scheme === undefined && secret.length < 16) return whole
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

const words =
  /^(?:true|false|yes|no|on|off|none|null|nil|empty|unset|default|auto|enabled?|disabled?|required|optional|requisite|sufficient|x|\*+|!+\*?|-+|…)$/i
const paths =
  /^(?:\.{0,2}\/(?:bin|boot|dev|etc|home|mnt|opt|proc|root|run|srv|sys|tmp|usr|var)(?:\/|$)|\.\.?\/|~\/|file:|unix:|[a-z]+:\/\/)/
const nameServices = /^(?:files|systemd|sss|compat|db|nis|ldap|winbind|altfiles)$/

/** Values of such keys that tell nothing: switches, paths, references, and a word in a sentence (`invalid token: unexpected end`). */
const isHarmless = (key: string, secret: string, after: string): boolean =>
  words.test(secret) ||
  paths.test(secret) ||
  /^[{[(<|>&]/.test(secret) ||
  /^\$[A-Za-z_{(]|^%[a-zA-Z]$|^\d{1,3}$/.test(secret) ||
  (/passwd$/i.test(key) && nameServices.test(secret)) ||
  (/^[A-Za-z]{1,14}[.,:;]?$/.test(secret) && /^[ ][A-Za-z]/.test(after)) ||
  (/^-/.test(key) && /^-|^[a-z]{1,14}$/.test(secret))
