import { text } from '../lib/exec.ts'
import { absent } from './absent.ts'
import { fact } from './fact.ts'
import { lines } from './text.ts'

export interface User {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
  readonly shell: string
  /** Of the password, never the hash: no password needed, none can match, or the hash's algorithm. undefined: could not be read. */
  readonly password?: 'empty' | 'locked' | `hashed:${string}`
  /** Fields 3 to 8 of shadow(5): last change, minimum, maximum, warning, inactivity, expiry. */
  readonly ages?: readonly string[]
}

export interface Group {
  readonly name: string
  readonly gid: number
  readonly members: readonly string[]
}

export interface Accounts {
  readonly users: readonly User[]
  readonly groups: readonly Group[]
}

/** Local users and groups. awk replaces each hash by its algorithm, so that no hash leaves the node. */
export const accounts = fact({
  probe: `sed 's/^/user:/' /etc/passwd
sed 's/^/group:/' /etc/group
awk -F: '{
  kind = "locked"
  if ($2 == "") kind = "empty"
  else if (substr($2, 1, 1) == "$") { split($2, part, "$"); kind = "hashed:" part[2] }
  else if ($2 !~ /^[!*x]/) kind = "hashed:des"
  print "shadow:" $1 ":" kind ":" $3 ":" $4 ":" $5 ":" $6 ":" $7 ":" $8
}' /etc/shadow
true`,
  version: 1,
  parse: (raw): Accounts => {
    const rows = lines(text(raw.stdout)).map((line) => line.split(':'))
    const of = (kind: string): readonly (readonly string[])[] =>
      rows.flatMap(([head, ...fields]) => (head === kind ? [fields] : []))
    const secrets = new Map(of('shadow').map(([name = '', ...rest]) => [name, rest]))
    const users = of('user').map(([name = '', , uid, gid, , home = '', shell = '']): User => {
      const secret = secrets.get(name)
      return { name, uid: Number(uid), gid: Number(gid), home, shell, ...(secret && shadow(secret)) }
    })
    if (users.length === 0) throw absent('which users there are', raw)
    const groups = of('group').map(
      ([name = '', , gid, members = '']): Group => ({
        name,
        gid: Number(gid),
        members: members.split(',').filter((member) => member !== ''),
      }),
    )
    return { users, groups }
  },
})

/** `hashed:6:19000:…` has one field more than `locked:19000:…`. */
const shadow = (fields: readonly string[]): Pick<User, 'password' | 'ages'> => {
  const [kind, next = '', ...rest] = fields
  if (kind === 'hashed') return { password: `hashed:${next}`, ages: rest }
  return { password: kind === 'empty' ? 'empty' : 'locked', ages: [next, ...rest] }
}
