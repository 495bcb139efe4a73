const words =
  /^(?:true|false|yes|no|on|off|none|null|nil|empty|unset|default|auto|enabled?|disabled?|required|optional|requisite|sufficient|include|substack|(?:prohibit|without)-password|forced-commands-only|Webhook|AlwaysAllow|RBAC|x|\*+|!+\*?|-+|…)$/i
const paths =
  /^(?:\.{0,2}\/(?:bin|boot|dev|etc|home|mnt|opt|proc|root|run|srv|sys|tmp|usr|var)(?:\/|$)|\.\.?\/|~\/|file:|unix:|[a-z]+:\/\/)/
const nameServices = /^(?:files|systemd|sss|compat|db|nis|ldap|winbind|altfiles)$/
/** What follows the name of a flag in a sentence: `--token has been deprecated`. */
const afterFlag =
  /^(?:is|are|was|were|has|have|had|will|can|cannot|must|may|should|to|and|or|nor|but|with|without|from|for|in|on|of|at|as|by|the|an?|if|when|not|be|flag|option|instead)[.,:;]?$/

/** Values of secret-named keys that tell nothing: switches, paths, references. */
export const isHarmless = (key: string, secret: string, quoted: boolean): boolean =>
  words.test(secret) ||
  paths.test(secret) ||
  (quoted ? /^<[^>]*>$/ : /^[{[(<|>&]/).test(secret) ||
  /^\$[A-Za-z_{(]|^%[a-zA-Z]$|^\d{1,3}$/.test(secret) ||
  (/passwd$/i.test(key) && nameServices.test(secret)) ||
  (/^-/.test(key) && /^-/.test(secret))

/**
 * Whether a sentence goes on after the name (`invalid token: unexpected end`), rather than a value standing there. After `=` never;
 * after a colon neither where the name begins a line, as in YAML and in headers, nor where it is quoted, as in JSON.
 */
export const isProse = (
  head: string,
  key: string,
  secret: string,
  subject: string,
  offset: number,
  length: number,
): boolean => {
  if (/^-/.test(key)) return /[ \t]$/.test(head) && afterFlag.test(secret)
  if (!/[^"']:[ ]+$/.test(head)) return false
  const before = subject.slice(Math.max(0, offset - 80), offset)
  if (/(?:^|\n)\|?[ \t]*(?:- +)?[A-Za-z0-9_.-]*$/.test(before)) return false
  const after = subject.slice(offset + length, offset + length + 2)
  return /^[A-Z]?[a-z]{0,13}[.:]?$/.test(secret) && /^ [A-Za-z]/.test(after)
}
