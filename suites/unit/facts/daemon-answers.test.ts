import { expect, test } from 'vitest'
import { clock } from '../../../src/facts/clock.ts'
import { logrotate } from '../../../src/facts/logrotate.ts'
import { packetFilter } from '../../../src/facts/packet-filter.ts'
import { sshd } from '../../../src/facts/sshd.ts'
import { systemdVerify } from '../../../src/facts/systemd-verify.ts'
import type { Exec } from '../../../src/lib/exec.ts'

const said = (stdout: string, exitCode = 0): Exec => ({
  exitCode,
  stdout: Buffer.from(stdout),
  stderr: Buffer.from(exitCode === 0 ? '' : 'went wrong'),
  timedOut: false,
  truncated: false,
  durationMs: 1,
})

test('sshd answers by keyword, and a repeated keyword keeps all its values', () => {
  expect({
    ...sshd.parse(said('port 22\nciphers aes128-ctr,aes256-ctr\nacceptenv LANG\nacceptenv LC_*\nusedns\n')),
  }).toEqual({
    port: '22',
    ciphers: 'aes128-ctr,aes256-ctr',
    acceptenv: 'LANG\nLC_*',
    usedns: '',
  })
})

test('an sshd that refuses its configuration is ignorance, and a missing one shows nothing', () => {
  expect(() => sshd.parse(said('', 255))).toThrow(/the configuration of sshd.*went wrong/)
  expect(() => sshd.parse(said('', 127))).toThrow(/sshd is not installed/)
})

test('systemd-analyze has nothing to say of good units, and a silent failure is not silence', () => {
  expect(systemdVerify.parse(said(''))).toEqual([])
  expect(systemdVerify.parse(said('kubelet.service: Unknown key Foo\n', 1))).toEqual([
    'kubelet.service: Unknown key Foo',
  ])
  expect(systemdVerify.parse(said('', 1))).toEqual(['systemd-analyze verify ended with 1'])
})

test('logrotate names its errors and what it rotates', () => {
  const output =
    'reading config file /etc/logrotate.d/x\nerror: x:3 unknown option\nrotating pattern: /var/log/kube-proxy.log  after 1 days\n'
  expect(logrotate.parse(said(output, 1))).toEqual({
    exitCode: 1,
    errors: ['error: x:3 unknown option'],
    rotates: ['/var/log/kube-proxy.log'],
  })
})

test('the clock is a number of seconds or ignorance', () => {
  expect(clock.parse(said('1795170000\n'))).toBe(1_795_170_000)
  expect(() => clock.parse(said('yesterday\n'))).toThrow(/what time it is/)
})

test('the packet filter is its policies and its rules', () => {
  const output = '-P INPUT ACCEPT\n-P FORWARD DROP\n-N KUBE-FORWARD\n-A FORWARD -j KUBE-FORWARD\n'
  const { policies, rules } = packetFilter.parse(said(output))
  expect({ ...policies }).toEqual({ INPUT: 'ACCEPT', FORWARD: 'DROP' })
  expect(rules).toEqual(['-A FORWARD -j KUBE-FORWARD'])
  expect(() => packetFilter.parse(said('', 4))).toThrow(/the packet filter.*went wrong/)
})
