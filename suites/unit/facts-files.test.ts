import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { fileAt, filesUnder, textAt, textsUnder } from '../../src/facts/files.ts'
import { probes } from '../../src/facts/index.ts'
import { quotedName } from '../../src/facts/shell-word.ts'
import { AmiproofError } from '../../src/lib/errors.ts'

const exec = (stdout: string | Uint8Array, stderr = '') => ({
  exitCode: 0,
  timedOut: false,
  truncated: false,
  durationMs: 1,
  stdout: Buffer.from(stdout),
  stderr: Buffer.from(stderr),
})
const kindOf = (read: () => unknown): string => {
  try {
    read()
  } catch (error) {
    return error instanceof AmiproofError ? error.kind : 'error'
  }
  return 'none'
}
const etc = "41ed 0 0 root root 4096 1795170330 '/etc'\n"
const stats = (lines: string, stderr = '') => probes.stats.parse(exec(etc + lines, stderr))
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

describe('names that stat quotes', () => {
  test.for([
    ["'/etc/hosts'", '/etc/hosts', ''],
    ["'/etc/a' -> '../b'", '/etc/a', " -> '../b'"],
    [String.raw`'/etc/line'$'\n''end'`, '/etc/line\nend', ''],
    [`"/etc/it's"`, "/etc/it's", ''],
    [String.raw`'/etc/'$'\303\244'`, '/etc/ä', ''],
    [String.raw`'/etc/it'\''s'`, "/etc/it's", ''],
    ["'/etc/a -> b' -> 'c'", '/etc/a -> b', " -> 'c'"],
  ] as const)('%s', ([quoted, name, rest]) => {
    expect(quotedName(quoted)).toEqual({ name, rest })
  })
  test('are not every text', () => {
    expect(quotedName('/etc/hosts')).toBeUndefined()
  })
})

describe('a file', () => {
  test('has its mode with the special bits, its owner, and its time', () => {
    expect(fileAt(stats("81a4 0 5 root tty 12 1700000000 '/etc/x'\n"), '/etc/x')).toEqual({
      type: 'file',
      mode: '0644',
      uid: 0,
      gid: 5,
      user: 'root',
      group: 'tty',
      size: 12,
      mtime: 1700000000,
    })
    expect(
      fileAt(stats("89ed 0 0 root root 1 1 '/etc/suid'\n43ff 0 0 root root 1 1 '/etc/sticky'\n"), '/etc/suid')
        ?.mode,
    ).toBe('4755')
    expect(fileAt(stats("43ff 0 0 root root 1 1 '/etc/sticky'\n"), '/etc/sticky')).toMatchObject({
      type: 'directory',
      mode: '1777',
    })
  })
  test('is the same when busybox writes its name without quotes', () => {
    const bare = stats("81a4 0 0 root root 1 1 /etc/it's\na1ff 0 0 root root 3 1 '/etc/l' -> '/run'\n")
    expect(fileAt(bare, "/etc/it's")?.type).toBe('file')
    expect(fileAt(bare, '/etc/l')?.target).toBe('/run')
  })
  test('that is a link says where it points', () => {
    expect(fileAt(stats("a1ff 0 0 root root 3 1 '/etc/l' -> '/dev/null'\n"), '/etc/l')).toMatchObject({
      type: 'link',
      target: '/dev/null',
    })
  })
  test('whose name has a line end cannot pass for another', () => {
    const odd = stats(
      `${String.raw`81a4 0 0 root root 1 1 '/etc/x'$'\n''81a4 0 0 root root 1 1 '\''/etc/passwd'\''`}\n`,
    )
    expect(fileAt(odd, '/etc/passwd')).toBeUndefined()
  })
  test('that is not there is absent, one elsewhere is unproven, one behind a closed door is an error', () => {
    expect(fileAt(stats(''), '/etc/nothing')).toBeUndefined()
    expect(fileAt(stats(''), '/usr/bin/kubelet')).toBeUndefined()
    expect(kindOf(() => fileAt(stats(''), '/usr/share/doc/x'))).toBe('unproven')
    const denied = "find: '/etc/kubernetes/pki': Permission denied\n"
    expect(kindOf(() => fileAt(stats('', denied), '/etc/kubernetes/pki/ca.crt'))).toBe('fact')
    expect(fileAt(stats('', denied), '/etc/hosts')).toBeUndefined()
    expect(
      kindOf(() => fileAt(stats('', 'find: /etc/ssl/private: Permission denied\n'), '/etc/ssl/private/x')),
    ).toBe('fact')
  })
  test('called __proto__ is a file', () => {
    const odd = stats("81a4 0 0 root root 1 1 '__proto__'\n")
    expect(Object.keys(odd.entries)).toContain('__proto__')
    expect(fileAt(odd, '/etc/toString')).toBeUndefined()
  })
  test('is listed below its directory, not beside it', () => {
    const some = stats(
      "81a4 0 0 root root 1 1 '/etc/cni/net.d/b'\n81a4 0 0 root root 1 1 '/etc/cni/net.d/a'\n81a4 0 0 root root 1 1 '/etc/cni/net.d2'\n",
    )
    expect(filesUnder(some, '/etc/cni/net.d').map(([path]) => path)).toEqual([
      '/etc/cni/net.d/a',
      '/etc/cni/net.d/b',
    ])
  })
})

describe('the text of a file', () => {
  const configs = (files: Readonly<Record<string, string>>, stderr = '') =>
    probes.configs.parse(
      exec(
        Object.entries(files)
          .map(([path, text]) => `${sha256(text)}  ${path}\n`)
          .join('') +
          Object.entries(files)
            .filter(([, text]) => text !== '')
            .map(
              ([path, text]) =>
                `file ${path}\n${text
                  .replace(/\n$/, '')
                  .split('\n')
                  .map((line) => `|${line}\n`)
                  .join('')}`,
            )
            .join(''),
        stderr,
      ),
    )
  test.for([
    'a\nb\n',
    'a\nb',
    '',
    '\n',
    '\n\n',
    'file /etc/hosts\n|x\n',
    'ends with a blank line\n\n',
    '|\n',
  ])('%j is read back exactly', (text) => {
    expect(textAt(configs({ '/etc/hosts': text }), '/etc/hosts')).toBe(text)
  })
  test('keeps the hash of what is on the node', () => {
    expect(configs({ '/etc/hosts': 'x' }).entries['/etc/hosts']?.sha256).toBe(sha256('x'))
  })
  test('that cannot be told is not absent', () => {
    const some = configs(
      { '/etc/hosts': 'x\n' },
      'sh: /etc/kubernetes/kubelet/config.json: Permission denied\n',
    )
    expect(textAt(some, '/etc/fstab')).toBeUndefined()
    expect(kindOf(() => textAt(some, '/etc/shadow'))).toBe('unproven')
    expect(kindOf(() => textAt(some, '/etc/kubernetes/kubelet/config.json'))).toBe('fact')
  })
  test('of drop-ins comes in the order of bytes', () => {
    const some = configs({
      '/etc/sysctl.d/9-a.conf': '1\n',
      '/etc/sysctl.d/10-b.conf': '2\n',
      '/etc/sysctl.d/readme': '3\n',
    })
    expect(textsUnder(some, '/etc/sysctl.d', '.conf').map(([path]) => path)).toEqual([
      '/etc/sysctl.d/10-b.conf',
      '/etc/sysctl.d/9-a.conf',
    ])
  })
  test('that holds bytes, escapes and a megabyte in one line stays text', () => {
    const wild = Buffer.concat([
      Buffer.from(`${'0'.repeat(64)}  /etc/motd\nfile /etc/motd\n|\u001b[31m\u0000`),
      Buffer.from([0xff]),
      Buffer.from(`${'x'.repeat(1 << 20)}\n`),
    ])
    const text = textAt(probes.configs.parse(exec(wild)), '/etc/motd') ?? ''
    expect(text.slice(0, 8)).toBe('\u001b[31m\u0000\ufffdx')
    expect(text.length).toBe((1 << 20) + 8)
  })
})
