import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Fact } from '../../src/facts/fact.ts'
import { probes } from '../../src/facts/index.ts'
import { hasModule } from '../../src/facts/modules.ts'
import { cgroupVersion, mountAt } from '../../src/facts/mounts.ts'
import { AmiproofError } from '../../src/lib/errors.ts'

interface Said {
  readonly exitCode?: number | null
  readonly stderr?: string
  readonly truncated?: boolean
}
const parse = <T>(fact: Fact<T>, stdout: string | Uint8Array, said: Said = {}): T =>
  fact.parse({
    exitCode: 0,
    timedOut: false,
    truncated: false,
    durationMs: 1,
    ...said,
    stdout: Buffer.from(stdout),
    stderr: Buffer.from(said.stderr ?? ''),
  })
const kindOf = (read: () => unknown): string => {
  try {
    read()
  } catch (error) {
    return error instanceof AmiproofError ? error.kind : 'error'
  }
  return 'none'
}
const recorded = (name: string): Buffer => readFileSync(`fixtures/probes/${name}`)

describe('absence is a fact', () => {
  test.for(['containerdVersion', 'containerdDump', 'kubeletVersion', 'iptables'] as const)(
    '%s of a node without the program is undefined',
    (name) => {
      expect(parse<unknown>(probes[name], '', { exitCode: 127 })).toBeUndefined()
    },
  )
  test('a node without /etc/eks/release has no release', () => {
    expect(parse(probes.eksRelease, '', { exitCode: 44 })).toBeUndefined()
  })
  test('a node with swap off has no swap', () => {
    expect(parse(probes.memory, 'mem MemTotal: 1024 kB\ncpus 0-1\n')).toMatchObject({
      swaps: [],
      onlineCpus: '0-1',
    })
  })
})

describe('ignorance is an error', () => {
  test.for([
    'accounts',
    'cmdline',
    'configs',
    'containerdVersion',
    'eksRelease',
    'iptables',
    'kubeletVersion',
    'memory',
    'modules',
    'mounts',
    'osRelease',
    'processes',
    'sockets',
    'stats',
    'surroundings',
    'sysctl',
    'uname',
    'packages',
    'disks',
    'containerdImages',
    'containerdPlugins',
    'snapshots',
    'programs',
  ] as const)('%s that could not be read is neither empty nor absent', (name) => {
    expect(kindOf(() => parse<unknown>(probes[name], '', { exitCode: 2, stderr: 'Permission denied' }))).toBe(
      'fact',
    )
  })
  test.for(['units', 'unitFiles', 'systemd'] as const)('%s proves nothing without systemd', (name) => {
    const stderr = "System has not been booted with systemd as init system (PID 1). Can't operate.\n"
    expect(kindOf(() => parse<unknown>(probes[name], '', { exitCode: 1, stderr }))).toBe('unproven')
    expect(kindOf(() => parse<unknown>(probes[name], '', { exitCode: 127 }))).toBe('unproven')
  })
  test('packages prove nothing without a package database', () => {
    expect(kindOf(() => parse(probes.packages, '', { exitCode: 1 }))).toBe('unproven')
  })
})

describe('sysctl', () => {
  test('spells names as sysctl(8) does and keeps values as they are', () => {
    const out =
      '/proc/sys/net/ipv4/ip_forward:1\n/proc/sys/net/ipv4/conf/eth0.100/rp_filter:0\n/proc/sys/kernel/printk:4\t4\t1\t7\n'
    expect(parse(probes.sysctl, out, { exitCode: 2 })).toEqual({
      'net.ipv4.ip_forward': '1',
      'net.ipv4.conf.eth0/100.rp_filter': '0',
      'kernel.printk': '4\t4\t1\t7',
    })
  })
  test('keeps the lines of a parameter that has several', () => {
    const out =
      '/proc/sys/dev/cdrom/info:CD-ROM information\n/proc/sys/dev/cdrom/info:\n/proc/sys/dev/cdrom/info:drive name:\tsr0\n'
    expect(parse(probes.sysctl, out)['dev.cdrom.info']).toBe('CD-ROM information\n\ndrive name:\tsr0')
  })
})

describe('units', () => {
  test('are found by id, with a property that is printed twice in both lines', () => {
    const out =
      'Id=a.service\nExecStart={ path=/a ; argv[]=/a ; }\nExecStart={ path=/b ; argv[]=/b ; }\nEnvironment=A=b\n\n\nId=b.slice\nTasksMax=infinity\n'
    expect(parse(probes.units, out)).toEqual({
      'a.service': {
        Id: 'a.service',
        ExecStart: '{ path=/a ; argv[]=/a ; }\n{ path=/b ; argv[]=/b ; }',
        Environment: 'A=b',
      },
      'b.slice': { Id: 'b.slice', TasksMax: 'infinity' },
    })
  })
  test('that do not exist say so', () => {
    expect(parse(probes.units, 'Id=docker.service\nLoadState=not-found\n')['docker.service']).toEqual({
      Id: 'docker.service',
      LoadState: 'not-found',
    })
  })
  test('files have a state and a preset, which old systemd does not print', () => {
    expect(parse(probes.unitFiles, 'a.service enabled  disabled\nb.service masked\n')).toEqual({
      'a.service': { state: 'enabled', preset: 'disabled' },
      'b.service': { state: 'masked', preset: '' },
    })
  })
  test('systemd says how it is even when that is degraded, and which jobs wait', () => {
    const out =
      'State=degraded\nJob=12 a.service start waiting\nVersion=252.23-9.amzn2023\nDefaultLimitNOFILE=524288\n'
    expect(parse(probes.systemd, out)).toMatchObject({
      state: 'degraded',
      jobs: ['12 a.service start waiting'],
      manager: { Version: '252.23-9.amzn2023' },
    })
  })
})

describe('packages', () => {
  test('of rpm have an epoch only where there is one', () => {
    const out =
      'rpm\tcontainerd\t0\t2.2.4-1.amzn2023.0.1\tx86_64\tApache-2.0\tAmazon Linux\nrpm\topenssl\t1\t3.2.2-1.amzn2023\tx86_64\tApache-2.0\tAmazon Linux\n'
    expect(parse(probes.packages, out).map(({ name, version }) => [name, version])).toEqual([
      ['containerd', '2.2.4-1.amzn2023.0.1'],
      ['openssl', '1:3.2.2-1.amzn2023'],
    ])
  })
  test('of dpkg have a status, so that held and removed ones can be told', () => {
    expect(parse(probes.packages, 'dpkg\tcontainerd\thi \t1.7.24~ds1-6\tamd64\n')).toEqual([
      { manager: 'dpkg', name: 'containerd', version: '1.7.24~ds1-6', arch: 'amd64', status: 'hi' },
    ])
  })
  test('that are no table are an error', () => {
    expect(kindOf(() => parse(probes.packages, 'error: rpmdb open failed\n'))).toBe('error')
  })
})

describe('modules', () => {
  const out = 'loaded overlay\nloaded br_netfilter\nsys ext4\nrunning\nbuiltin nf-conntrack\n'
  test.for([
    ['br_netfilter', true],
    ['br-netfilter', true],
    ['nf_conntrack', true],
    ['ext4', true],
    ['squashfs', false],
  ] as const)('%s is there, loaded or built in: %s', ([name, there]) => {
    expect(hasModule(parse(probes.modules, out), name)).toBe(there)
  })
  test('say whether the image has those of the running kernel', () => {
    expect(parse(probes.modules, out).forRunningKernel).toBe(true)
    expect(parse(probes.modules, 'loaded overlay\n').forRunningKernel).toBe(false)
  })
})

describe('mounts', () => {
  const v2 = '31 23 0:27 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n'
  const v1 =
    '31 23 0:27 / /sys/fs/cgroup ro - tmpfs tmpfs ro\n32 31 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n'
  test('tell the version of cgroups', () => {
    expect(
      [v2, v1, '1 0 8:1 / / rw - xfs /dev/nvme0n1p1 rw\n'].map((out) =>
        cgroupVersion(parse(probes.mounts, out)),
      ),
    ).toEqual([2, 1, undefined])
  })
  test('undo the escapes of the kernel', () => {
    expect(
      parse(
        probes.mounts,
        `${String.raw`1 0 8:1 /a\040b /mnt/x\134y rw,noexec - xfs /dev/sd\011a rw,attr2`}\n`,
      ),
    ).toEqual([
      {
        path: '/mnt/x\\y',
        type: 'xfs',
        source: '/dev/sd\ta',
        root: '/a b',
        options: ['rw', 'noexec'],
        superOptions: ['rw', 'attr2'],
        device: '8:1',
      },
    ])
  })
  test('that cover each other show the last', () => {
    const out = '1 0 0:1 / /tmp rw - tmpfs a rw\n2 0 0:2 / /tmp rw - tmpfs b rw\n'
    expect(mountAt(parse(probes.mounts, out), '/tmp')?.source).toBe('b')
  })
})

describe('processes', () => {
  const status = (pid: number, name: string, ppid: number, uid = 0) =>
    `/proc/${pid}/status:Name:\t${name}\n/proc/${pid}/status:PPid:\t${ppid}\n/proc/${pid}/status:Uid:\t${uid}\t${uid}\t${uid}\t${uid}\n`
  const line = (pid: number, ...args: string[]) =>
    `==> /proc/${pid}/cmdline <==\n${args.map((arg) => `${arg}\u001f`).join('')}\n\n`
  const out =
    status(1, 'systemd', 0) +
    status(7, 'kubelet', 1) +
    status(8, 'sshd', 1) +
    status(9, 'sh', 8) +
    status(10, 'sh', 9) +
    status(11, 'cat', 10) +
    '/proc/7/limits:Max open files            1048576              1048576              files     \n' +
    '/proc/7/cgroup:0::/runtime.slice/kubelet.service\n/proc/7/oom_score_adj:-999\n==\n' +
    line(1, '/usr/lib/systemd/systemd') +
    line(7, '/usr/bin/kubelet', '--config=/a b', '', 'line\nend') +
    line(8, 'sshd: root@notty') +
    line(9, 'sh') +
    line(10, 'sh', '/run/amiproof.aB3dE9/units/sh') +
    line(11, 'cat')
  test('keep arguments with spaces, line ends and nothing in them', () => {
    expect(parse(probes.processes, out).find(({ name }) => name === 'kubelet')).toEqual({
      pid: 7,
      ppid: 1,
      name: 'kubelet',
      uid: 0,
      args: ['/usr/bin/kubelet', '--config=/a b', '', 'line\nend'],
      oomScoreAdj: -999,
      cgroup: '/runtime.slice/kubelet.service',
      limits: { 'Max open files': '1048576' },
    })
  })
  test('that have ended, or ended while we looked, do not run', () => {
    const ended =
      '/proc/12/status:Name:\ttimeout\n/proc/12/status:State:\tZ (zombie)\n/proc/13/oom_score_adj:0\n'
    expect(parse(probes.processes, ended + out).map(({ pid }) => pid)).toEqual([1, 7, 8])
  })
  test('leave out the collection, the shell that carries it and what it started, but not the daemon behind them', () => {
    expect(parse(probes.processes, out).map(({ pid }) => pid)).toEqual([1, 7, 8])
  })
})

describe('accounts', () => {
  test('say how a password is kept and never what it is', () => {
    const out =
      'user:root:x:0:0:root:/root:/bin/bash\nuser:ec2-user:x:1000:1000::/home/ec2-user:/bin/bash\nuser:open:x:1001:1001:::/bin/sh\ngroup:wheel:x:10:ec2-user,root\n' +
      'shadow:root:hashed:6:19000:0:99999:7::\nshadow:ec2-user:locked:19001:0:99999:7::\nshadow:open:empty::::::\n'
    const { users, groups } = parse(probes.accounts, out)
    expect(users.map(({ name, password, ages }) => [name, password, ages?.[0]])).toEqual([
      ['root', 'hashed:6', '19000'],
      ['ec2-user', 'locked', '19001'],
      ['open', 'empty', ''],
    ])
    expect(groups).toEqual([{ name: 'wheel', gid: 10, members: ['ec2-user', 'root'] }])
  })
  test('that cannot be read as root leave the password open', () => {
    expect(parse(probes.accounts, 'user:root:x:0:0:root:/root:/bin/sh\n').users[0]).not.toHaveProperty(
      'password',
    )
  })
})

describe('sockets', () => {
  const tcp = (family: string, local: string, state: string) =>
    `/proc/1/net/${family}:   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 1 1\n`
  test.for([
    ['tcp', '0100007F:1F90', '0A', { family: 'tcp', address: '127.0.0.1', port: 8080, uid: 0 }],
    [
      'tcp6',
      '00000000000000000000000000000000:2808',
      '0A',
      { family: 'tcp6', address: '::', port: 10248, uid: 0 },
    ],
    [
      'tcp6',
      '00000000000000000000000001000000:0016',
      '0A',
      { family: 'tcp6', address: '::1', port: 22, uid: 0 },
    ],
    [
      'tcp6',
      'B80D0120000000000000000001000000:0016',
      '0A',
      { family: 'tcp6', address: '2001:db8::1', port: 22, uid: 0 },
    ],
    ['udp', '00000000:0202', '07', { family: 'udp', address: '0.0.0.0', port: 514, uid: 0 }],
  ] as const)('%s %s listens', ([family, local, state, socket]) => {
    expect(parse(probes.sockets, tcp(family, local, state))).toEqual([socket])
  })
  test('that are connected do not listen', () => {
    expect(parse(probes.sockets, tcp('tcp', '0100007F:1F90', '01'))).toEqual([])
  })
  test('of the unix family listen by path, abstract ones too', () => {
    const unix = (flags: string, path: string) =>
      `/proc/1/net/unix:ffff: 00000002 00000000 ${flags} 0001 01 1234 ${path}\n`
    expect(
      parse(
        probes.sockets,
        unix('00010000', '/run/containerd/containerd.sock') +
          unix('00010000', '@abstract') +
          unix('00000000', '/run/x'),
      ),
    ).toEqual([
      { family: 'unix', path: '/run/containerd/containerd.sock' },
      { family: 'unix', path: '@abstract' },
    ])
  })
})

describe('containerd 2.1', () => {
  test('lists images with their labels', () => {
    const images = parse(probes.containerdImages, recorded('containerd-2.1/containerdImages.txt'))
    expect(
      images.map(({ namespace, ref, size, platforms }) => [namespace, ref.slice(0, 33), size, platforms]),
    ).toEqual([
      ['k8s.io', 'localhost/kubernetes/pause:latest', '10.6 KiB', ['linux/amd64']],
      ['k8s.io', 'sha256:00c811adf048643b69679f37b3', '10.6 KiB', ['linux/amd64']],
    ])
    expect(images[0]?.labels).toEqual({
      'io.cri-containerd.image': 'managed',
      'io.cri-containerd.pinned': 'pinned',
    })
  })
  test('lists plugins with their status', () => {
    const plugins = parse(probes.containerdPlugins, recorded('containerd-2.1/containerdPlugins.txt'))
    expect(plugins).toContainEqual({
      type: 'io.containerd.cri.v1',
      id: 'images',
      platforms: '-',
      status: 'ok',
    })
    expect(plugins.length).toBeGreaterThan(40)
  })
  test('says its version in one line', () => {
    expect(parse(probes.containerdVersion, recorded('containerd-2.1/containerdVersion.txt'))).toBe(
      'containerd github.com/containerd/containerd/v2 2.1.9+unknown',
    )
  })
  test('keeps the exit code and the warnings of the dump', () => {
    const stderr = 'time="x" level=warning msg="Ignoring unknown key in TOML" key=plugins\n'
    expect(parse(probes.containerdDump, 'version = 3\n', { exitCode: 1, stderr })).toEqual({
      exitCode: 1,
      toml: 'version = 3\n',
      warnings: [stderr.trim()],
    })
  })
  test('that is down is not a node without images', () => {
    expect(
      kindOf(() => parse(probes.containerdImages, '', { exitCode: 69, stderr: 'nothing listens' })),
    ).toBe('fact')
  })
})

describe('the journal', () => {
  const row = (at: number, message: unknown, more: object = {}) =>
    `${JSON.stringify({ __REALTIME_TIMESTAMP: String(at), MESSAGE: message, PRIORITY: '3', _SYSTEMD_UNIT: 'kubelet.service', SYSLOG_IDENTIFIER: 'kubelet', ...more })}\n`
  test('is read from the newest entry and given from the oldest', () => {
    const journal = parse(probes.journalKubelet, row(2, 'second') + row(1, 'first'))
    expect(journal).toEqual({
      complete: true,
      entries: [
        { at: '1', unit: 'kubelet.service', identifier: 'kubelet', priority: 3, message: 'first' },
        { at: '2', unit: 'kubelet.service', identifier: 'kubelet', priority: 3, message: 'second' },
      ],
    })
  })
  test('that was cut keeps the newest and says that it is not complete', () => {
    const journal = parse(probes.journalKubelet, `${row(2, 'second')}{"MESSAGE":"fir`, {
      truncated: true,
      exitCode: 141,
    })
    expect(journal).toMatchObject({ complete: false, entries: [{ message: 'second' }] })
  })
  test('decodes messages that are bytes, lists or nothing', () => {
    const { entries } = parse(
      probes.journalKubelet,
      row(3, [27, 91, 51, 49, 109, 255]) + row(2, null) + row(1, ['a', 'b']),
    )
    expect(entries.map(({ message }) => message)).toEqual(['a\nb', '', '\u001b[31mÿ'])
  })
  test('names the unit that systemd speaks of', () => {
    const { entries } = parse(
      probes.journalKubelet,
      row(1, 'Started', { _SYSTEMD_UNIT: 'init.scope', UNIT: 'kubelet.service' }),
    )
    expect(entries[0]?.unit).toBe('kubelet.service')
  })
  test('without files proves nothing, without such a unit it is quiet, and half seen it is an error', () => {
    expect(kindOf(() => parse(probes.journalSoci, '', { exitCode: 44 }))).toBe('unproven')
    expect(
      parse(probes.journalSoci, '', {
        exitCode: 1,
        stderr: 'Failed to add filter for units: No data available',
      }),
    ).toEqual({ entries: [], complete: true })
    expect(
      kindOf(() =>
        parse(probes.journalSoci, row(1, 'x'), {
          stderr: 'Hint: You are currently not seeing messages from other users and the system.',
        }),
      ),
    ).toBe('error')
  })
})

describe('what the AMI says of itself', () => {
  test('keeps a build time in whatever language it was written', () => {
    const out =
      'BASE_AMI_ID="ami-0abc"\nBUILD_TIME="Fr 20. Nov 10:00:00 CET 2026"\nBUILD_KERNEL="6.12.40-64.114.amzn2023.x86_64"\nARCH="x86_64"\n'
    expect(parse(probes.eksRelease, out)).toEqual({
      BASE_AMI_ID: 'ami-0abc',
      BUILD_TIME: 'Fr 20. Nov 10:00:00 CET 2026',
      BUILD_KERNEL: '6.12.40-64.114.amzn2023.x86_64',
      ARCH: 'x86_64',
    })
  })
  test('undoes shell quoting and skips comments', () => {
    expect(
      parse(
        probes.osRelease,
        `# c\nNAME='Amazon Linux'\nPRETTY_NAME="A \\"b\\" \\$c"\nID=amzn\n__proto__=x\nbroken line\n`,
      ),
    ).toMatchObject({
      NAME: 'Amazon Linux',
      PRETTY_NAME: 'A "b" $c',
      ID: 'amzn',
    })
  })
  test.for([
    ['iptables v1.8.8 (nf_tables)', 'nft', '1.8.8'],
    ['iptables v1.8.11 (legacy)', 'legacy', '1.8.11'],
    ['iptables v1.6.1', 'legacy', '1.6.1'],
  ] as const)('%s is %s', ([out, flavour, version]) => {
    expect(parse(probes.iptables, `ip nat\n${out}\n`)).toEqual({ version, flavour, legacyTables: ['ip nat'] })
  })
})

describe('disks', () => {
  test('of old lsblk, which quotes numbers, and of new are the same', () => {
    const disk = (size: unknown) =>
      JSON.stringify({
        blockdevices: [
          {
            name: 'nvme1n1',
            type: 'disk',
            size,
            fstype: null,
            mountpoint: null,
            model: 'Amazon EC2 NVMe Instance Storage        ',
            children: [
              {
                name: 'md127',
                type: 'raid0',
                size,
                fstype: 'xfs',
                mountpoint: '/mnt/k8s-disks/0',
                model: null,
              },
            ],
          },
        ],
      })
    const expected = [
      {
        name: 'nvme1n1',
        type: 'disk',
        bytes: 900,
        model: 'Amazon EC2 NVMe Instance Storage',
        parts: [
          {
            name: 'md127',
            type: 'raid0',
            bytes: 900,
            filesystem: 'xfs',
            mountpoint: '/mnt/k8s-disks/0',
            parts: [],
          },
        ],
      },
    ]
    expect(parse(probes.disks, disk(900))).toEqual(expected)
    expect(parse(probes.disks, disk('900'))).toEqual(expected)
  })
})
