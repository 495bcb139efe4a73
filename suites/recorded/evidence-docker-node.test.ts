import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Fact } from '../../src/facts/fact.ts'
import { textAt } from '../../src/facts/files.ts'
import { derived, type Evidence, parseEvidence, probes, readFacts } from '../../src/facts/index.ts'
import { mountAt } from '../../src/facts/mounts.ts'
import { AmiproofError } from '../../src/lib/errors.ts'

const file = 'fixtures/evidence/docker-node.json'
const evidence = parseEvidence(readFileSync(file), file)
const facts = readFacts(evidence)
/** Slow probes are only collected for the suites that ask for them. */
const usual = Object.entries<Fact<unknown>>(probes).filter(([, { slow }]) => !slow)

/** Standard output of some probes replaced, everything else as it was recorded. */
const withOutput = (outputs: Partial<Record<keyof typeof probes, string>>): Evidence => ({
  ...evidence,
  probes: Object.fromEntries(
    Object.entries(evidence.probes).map(([name, kept]) => {
      const stdout = Object.entries(outputs).find(([key]) => key === name)?.[1]
      return [name, stdout === undefined ? kept : { ...kept, stdout }]
    }),
  ),
})

describe('the recorded default node', () => {
  test('has every probe in the version that is read today', () => {
    const versions = usual.map(([name, { version }]) => `${name} ${version}`)
    const kept = Object.entries(evidence.probes).map(([name, { version }]) => `${name} ${version}`)
    expect(kept.sort()).toEqual(versions.sort())
  })

  test.for(
    [...usual.map(([name]) => name), ...Object.keys(derived)].filter((name) => name !== 'gpuKernelLog'),
  )('%s can be read', (name) => {
    const values: Readonly<Record<string, unknown>> = facts
    expect(() => values[name]).not.toThrow()
    expect(Object.keys(facts)).toContain(name)
  })

  test('has no accelerator, so its kernel is not asked about one', () => {
    expect(() => facts.gpuKernelLog).toThrow(/it has none/)
    expect(facts.gpuSmi).toEqual({ kind: 'absent' })
    expect(facts.gpuDriver.loaded).toBeUndefined()
  })

  test('says nothing of the machine that it was recorded on', () => {
    expect(facts.cmdline).toEqual(['BOOT_IMAGE=/boot/vmlinuz', 'root=/dev/vda1', 'ro', 'quiet'])
    expect(facts.uname.release).toBe('6.12.40-generic')
  })

  test('runs systemd, containerd and sshd, and nothing of the collection', () => {
    const names = facts.processes.map(({ name }) => name)
    for (const daemon of ['systemd', 'containerd', 'sshd']) expect(names).toContain(daemon)
    expect(names.filter((name) => ['sh', 'timeout', 'head', 'grep', 'tr'].includes(name))).toEqual([])
    expect(facts.systemd.state).toBe('running')
    expect(facts.units['containerd.service']).toMatchObject({
      ActiveState: 'active',
      Slice: 'runtime.slice',
      NRestarts: '0',
    })
    expect(facts.units['docker.service']?.LoadState).toBe('not-found')
    expect(facts.sockets).toContainEqual({ family: 'unix', path: '/run/containerd/containerd.sock' })
  })

  test('holds the pinned pause image in the namespace of the kubelet', () => {
    const pause = facts.containerdImages.find(({ ref }) => ref === 'localhost/kubernetes/pause:latest')
    expect(pause).toMatchObject({ namespace: 'k8s.io', labels: { 'io.cri-containerd.pinned': 'pinned' } })
  })

  test('gives the texts of its configuration', () => {
    expect(textAt(facts.configs, '/etc/containerd/config.toml')).toContain(
      'localhost/kubernetes/pause:latest',
    )
    expect(textAt(facts.configs, '/var/lib/kubelet/kubeconfig')).toContain('get-token')
    expect(facts.containerdDump?.exitCode).toBe(0)
    expect(facts.accounts.users[0]).toMatchObject({ name: 'root', uid: 0, password: 'locked' })
    expect(mountAt(facts.mounts, '/')?.type).toBe('overlay')
  })

  test('would start the kubelet with the words of its environment file', () => {
    expect(facts.kubeletCommand.running).toBeUndefined()
    expect(facts.kubeletCommand.unit).toContain('--config=/etc/kubernetes/kubelet/config.json')
    expect(facts.kubeletCommand.unset).toEqual([])
  })

  test('reads its cluster certificate with its time, and a broken one with the reason', () => {
    expect(facts.certificates.certificates[0]).toMatchObject({ path: '/etc/kubernetes/pki/ca.crt', ca: true })
    expect(facts.certificates.certificates[0]?.notAfter).toMatch(/^\d{4}-\d\d-\d\dT/)
    const broken =
      'file /a.crt\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\nfile /empty.crt\n'
    const { certificates, unreadable } = readFacts(withOutput({ certificates: broken })).certificates
    expect(certificates).toEqual([])
    expect(unreadable.map(({ path }) => path)).toEqual(['/a.crt', '/empty.crt'])
    expect(unreadable[1]?.reason).toBe('there is no certificate in it')
  })

  test('shares its host’s kernel, so it proves neither kernel nor modules', () => {
    expect(facts.capabilities).toContain('systemd')
    for (const missing of ['kernel', 'modules', 'boot', 'imds', 'gpu'] as const)
      expect(facts.capabilities).not.toContain(missing)
  })

  test('on EC2 would have what EC2 gives', () => {
    const place = withOutput({
      surroundings:
        'systemd 1\ncontainer \nbounding 000001ffffffffff\nenforce 1\nvendor Amazon EC2\nroute 1\nkubelet 1\n' +
        'pci 0x10de\npci 0x1d0f\nnvme Amazon EC2 NVMe Instance Storage\nimds 200\nuid 0\n',
      modules: 'loaded overlay\nrunning\n',
      mounts: '1 0 0:1 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
    })
    expect(readFacts(place).capabilities.join(' ')).toBe(
      'systemd cgroup2 kernel modules boot selinux imds network instance-store kubelet gpu',
    )
  })

  test('starts the running kubelet’s words from the process, and a variable that nothing sets from nothing', () => {
    const unit = [
      'Id=kubelet.service',
      'ExecStart={ path=/usr/bin/kubelet ; argv[]=/usr/bin/kubelet --v=${LEVEL} $ARGS $NOTHING ; ignore_errors=no ; }',
      'Environment="ARGS=--a=\'x y\' --b" LEVEL=4',
      '',
    ].join('\n')
    const status = '/proc/9/status:Name:\tkubelet\n/proc/9/status:PPid:\t1\n/proc/9/status:Uid:\t0\n'
    const command = '==> /proc/9/cmdline <==\n/usr/bin/kubelet\u001f--v=5\u001f\n'
    const started = readFacts(
      withOutput({ units: unit, processes: `${status}==\n${command}` }),
    ).kubeletCommand
    expect(started).toEqual({ running: ['--v=5'], unit: ['--v=4', '--a=x y', '--b'], unset: ['NOTHING'] })
  })

  test('keeps its other facts when one probe is broken', () => {
    const broken = readFacts(withOutput({ units: '' }))
    expect(() => broken.units).toThrow(AmiproofError)
    expect(() => broken.kubeletCommand).toThrow(AmiproofError)
    expect(broken.osRelease.ID).toBe('debian')
  })
})
