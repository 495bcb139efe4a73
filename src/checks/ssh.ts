import type { Facts } from '../facts/index.ts'
import { type Check, check } from './check.ts'
import { trace } from './trace.ts'
import { within } from './verdict.ts'

/** Without CBC, RC4, MD5, 96-bit MACs, SHA-1 exchanges and groups below 2048 bits (RFC 8758, RFC 9142; OpenSSH 9.x defaults). */
const strong = {
  ciphers: [
    'chacha20-poly1305@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
  ],
  macs: [
    'umac-128-etm@openssh.com',
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'umac-128@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
    'umac-64-etm@openssh.com',
    'umac-64@openssh.com',
    'hmac-sha1-etm@openssh.com',
    'hmac-sha1',
  ],
  kexalgorithms: [
    'mlkem768x25519-sha256',
    'sntrup761x25519-sha512',
    'sntrup761x25519-sha512@openssh.com',
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
    'diffie-hellman-group14-sha256',
  ],
} as const

const offers = (facts: Facts, keyword: keyof typeof strong) => {
  const list = facts.sshd[keyword]?.split(',').filter(Boolean) ?? []
  return within(list.length > 0 ? list : ['none printed'], strong[keyword], `\`sshd -T\`: ${keyword}`)
}

const algorithms = (keyword: keyof typeof strong, what: string, severity: Check['severity']): Check =>
  check({
    id: `ssh/${keyword}`,
    title: `sshd offers no ${what} with a known weakness`,
    phase: 'boot',
    severity,
    tags: ['node'],
    controls: trace('PR-A06'),
    verify: ({ facts }) => offers(facts, keyword),
    fix: `Remove what this result lists from ${keyword} in /etc/ssh/sshd_config.d; sshd takes the first line it reads, and a crypto policy may come before yours.`,
  })

/** What sshd would really do, whatever its files say and in whatever order. */
export const weaknesses: readonly Check[] = [
  algorithms('ciphers', 'cipher', 'medium'),
  algorithms('macs', 'message authentication code', 'medium'),
  algorithms('kexalgorithms', 'key exchange', 'medium'),
]
