import { globSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { parseEvidence } from '../../src/facts/evidence.ts'
import { redactEvidence, redactText } from '../../src/facts/redact.ts'

const key = Buffer.from('a run')
/** With the hash left out, so that the place of each redaction can be read. */
const redacted = (text: string): string => redactText(text, key).replace(/«redacted:[0-9a-f]{10}»/g, '«»')

describe('a secret', () => {
  test.for([
    [
      'users:\n- user:\n    token: abc.DEF-123\n    client-key-data: LS0tLS1CRUdJTiBS\n',
      'users:\n- user:\n    token: «»\n    client-key-data: «»\n',
    ],
    ['client-certificate-data: LS0tLS1CRUdJTiBD\n', 'client-certificate-data: LS0tLS1CRUdJTiBD\n'],
    [
      'key: |\n  -----BEGIN EC PRIVATE KEY-----\n  MHcCAQ==\n  -----END EC PRIVATE KEY-----\nnext: 1\n',
      'key: |\n  «»\nnext: 1\n',
    ],
    ['"key":"-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n"', '"key":"«»\\n"'],
    ['|-----BEGIN OPENSSH PRIVATE KEY-----\n|b3BlbnNzaC1rZXktdjEA\n', '|«»'],
    ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'aws_secret_access_key = «»'],
    [
      '"SecretAccessKey" : "wJalrXUtnFEMI", "Token" : "IQoJb3JpZ2lu"',
      '"SecretAccessKey" : "«»", "Token" : "«»"',
    ],
    ['id ASIAIOSFODNN7EXAMPLE.', 'id «».'],
    [
      'https://sts.amazonaws.com/?X-Amz-Signature=0123abc&X-Amz-Expires=60',
      'https://sts.amazonaws.com/?X-Amz-Signature=«»&X-Amz-Expires=60',
    ],
    ['proxy=http://user:pa%40ss@proxy.example:3128/', 'proxy=http://«»@proxy.example:3128/'],
    ['proxy=https://onlytoken@proxy.example', 'proxy=https://«»@proxy.example'],
    ['root:$y$j9T$abcdefgh$ijklmnop:19000:0', 'root:«»:19000:0'],
    ['curl -u admin:S3cr3tPass https://x', 'curl -u admin:«» https://x'],
    ["echo 'root:Hunter2Hunter2' | chpasswd", "echo 'root:«»' | chpasswd"],
    [
      'chpasswd:\n  list: |\n    root:Passw0rd1\n    bob:Passw0rd2\n',
      'chpasswd:\n  list: |\n    root:«»\n    bob:«»\n',
    ],
    ['kubeadm join --token abcde1.0123456789abcdef', 'kubeadm join --token «»'],
    ['found abcde1.0123456789abcdef here', 'found «» here'],
    ['{"identitytoken":"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlIn0.c2ln"}', '{"identitytoken":"«»"}'],
    ['got eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlIn0.c2lnbmF0dXJl ok', 'got «» ok'],
    ['MYSQL_PASSWORD="two words; and more" NEXT=1', 'MYSQL_PASSWORD="«»" NEXT=1'],
    [
      'ExecStart=/bin/sh -c "echo login failed password=EYESjournal https://h/"',
      'ExecStart=/bin/sh -c "echo login failed password=«» https://h/"',
    ],
    ['argv[]=/bin/sh -c run password=hunter then', 'argv[]=/bin/sh -c run password=«» then'],
    ['Environment="PASSWD=LEAKm x" "A=b"', 'Environment="PASSWD=«»" "A=b"'],
    ['login --password hunter then', 'login --password «» then'],
    ['echo login password: EYESjournal then', 'echo login password: «» then'],
    ['  password: hunter two\n', '  password: «» two\n'],
    ['{password: hunter, user: bob}', '{password: «» user: bob}'],
    ['{"password": "{hunter"}', '{"password": "«»"}'],
    ['|PASSWORD LEAK6\n', '|PASSWORD «»\n'],
    ['run with PASSWORD LEAK6 now', 'run with PASSWORD «» now'],
    ['machine h login bob password hunter\n', 'machine h login bob password «»\n'],
    ['Cookie: session=LEAKi; b=c\n', 'Cookie: «»\n'],
    ['curl -H "Set-Cookie: a=LEAKi" h', 'curl -H "Set-Cookie: «»" h'],
    ['mysql -uroot -pLEAKc db', 'mysql -uroot -p«» db'],
    ['mysqldump\u001f--all\u001f-phunter\u001f', 'mysqldump\u001f--all\u001f-p«»\u001f'],
    ['curl -H "X-Auth: hunter" h', 'curl -H "X-Auth: «»" h'],
    ['X-Auth=["LEAK1"]', 'X-Auth=["«»"]'],
    ['token = ["hunter"]', 'token = ["«»"]'],
    ['Authorization: hunter\n', 'Authorization: «»\n'],
    [
      '|[host."https://r.example".header]\n|  X-Id = ["one", "two"]\n|  "X-B" = \'three\'\n|[host."b"]\n|  ca = "/x"\n',
      '|[host."https://r.example".header]\n|  X-Id = ["«»", "«»"]\n|  "X-B" = \'«»\'\n|[host."b"]\n|  ca = "/x"\n',
    ],
    ['header = { X-Id = "hunter" }\n', 'header = { X-Id = "«»" }\n'],
    ['header.X-Id = "hunter"\n', 'header.X-Id = "«»"\n'],
  ] as const)('is taken from %j', ([text, expected]) => {
    expect(redacted(text)).toBe(expected)
  })

  test('in gzip in base64 takes the whole of it', () => {
    const userData = gzipSync('#cloud-config\npassword: Canary123Canary\n').toString('base64')
    expect(redacted(`data ${userData}\n`)).toBe('data «»\n')
    const harmless = gzipSync('#cloud-config\nhostname: node-with-a-long-name\n').toString('base64')
    expect(redacted(`data ${harmless}\n`)).toBe(`data ${harmless}\n`)
  })

  test('that is an ordinary word does not take that word from everything else', () => {
    expect(redacted('password: kubelet\nservice: kubelet\n')).toBe('password: «»\nservice: kubelet\n')
  })

  test('in bytes that are no text is taken too', () => {
    const before = Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from('token=Canary123Canary\n'),
      Buffer.from([0]),
    ])
    const output = {
      version: 1,
      exitCode: 0,
      timedOut: false,
      truncated: false,
      durationMs: 1,
      stdout: { base64: before.toString('base64') },
      stderr: '',
    }
    const clean = redactEvidence(
      {
        schema: 1,
        collector: '',
        target: '',
        collectedAt: '',
        durationMs: 1,
        capabilities: [],
        probes: { a: output },
      },
      key,
    )
    const after = clean.probes.a?.stdout
    const bytes = Buffer.from(typeof after === 'string' || !after ? '' : after.base64, 'base64')
    expect([...bytes.subarray(0, 2), ...bytes.subarray(-2)]).toEqual([0xff, 0xfe, 0x0a, 0])
    expect(bytes.toString()).toContain('token=«redacted:')
    expect(bytes.toString()).not.toContain('Canary')
  })
})

describe('ordinary text', () => {
  test.for([
    'passwd: files systemd\nshadow: files\n',
    'password  requisite pam_pwquality.so retry=3\n',
    '--authentication-token-webhook=true --tls-private-key-file=/var/lib/kubelet/pki/kubelet.key\n',
    'tokenTTL: 10m\ncacheTokens: 5\nsecretName: x\npasswordFile: /etc/x\n',
    'PasswordAuthentication no\nPermitEmptyPasswords no\n',
    'credentials=/etc/cifs/creds\nPASSWORD=${FROM_ENV}\nTOKEN=\n',
    'image: repo@sha256:4bf92f3577b34da6a3ce929d0e0e47364bf92f3577b34da6a3ce929d0e0e4736\n',
    'E1120 reflector.go] invalid token: unexpected end of input\n',
    'permitrootlogin prohibit-password\npasswordauthentication yes\nPermitRootLogin without-password\n',
    'password optional\npassword [success=1 default=ignore] pam_unix.so\npassword include system-auth\n',
    'Flag --token has been deprecated, use --token to join\n',
    'libsecret 0.21\nnet.ipv4.tcp_syncookies = 1\nssh -p2222 h; mkdir -p/x\n',
    '[registry.headers]\n[registry.mirrors]\n  endpoint = ["https://r.example"]\n',
    'authorization:\n  mode: Webhook\n"authorization":{"mode":"Webhook"} --authorization-mode=Webhook\n',
    'X-aws-ec2-metadata-token-ttl-seconds: 21600\nX-aws-ec2-metadata-token: $TOKEN\n',
    'unix:///run/containerd/containerd.sock git@github.com:a/b.git ssh://git@host/x\n',
    '-w /etc/passwd -p wa -k identity\n',
    '/usr/lib/systemd/system/systemd-ask-password-console.path enabled\n',
  ])('%j stays as it is', (text) => {
    expect(redactText(text, key)).toBe(text)
  })

  test('of the recorded node stays as it is', () => {
    const recorded = parseEvidence(readFileSync('fixtures/evidence/docker-node.json'))
    expect(redactEvidence(recorded, key)).toEqual(recorded)
  })

  const files = globSync('snapshots/nodes/*/{etc,run,var,usr,lib}/**', { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
  test('of every node file that is rendered stays as it is, but for the one with a login in its proxy', () => {
    expect(files.length).toBeGreaterThan(300)
    const changed = files.filter(
      (file) => redactText(readFileSync(file, 'utf8'), key) !== readFileSync(file, 'utf8'),
    )
    expect(changed).toEqual(['snapshots/nodes/proxied/etc/systemd/system.conf.d/environment.conf'])
  })
})

test.for([
  'a',
  '=',
  '/',
  '-',
  '"',
  "'",
  '\\',
  '%',
  ' ',
  '\n',
  'a.',
  'a:',
  'eyJ',
  '$6$',
  'http://',
  'http://a:b@',
  'password=',
  'password="',
  'token: |\n  a\n',
  'name: token\n',
  'bearer ',
  '-----BEGIN PRIVATE KEY-----',
  'chpasswd:\n list:\n  a:b\n',
  'AKIA',
  ' --a',
  '%3d',
])('a quarter of a megabyte of %j takes seconds at most', (piece) => {
  const began = performance.now()
  redactText(piece.repeat(Math.floor((1 << 18) / piece.length)), key)
  expect(performance.now() - began).toBeLessThan(10_000)
})
