import { expect, test } from 'vitest'
import { checksumAt, checksums } from '../../../src/facts/checksums.ts'
import { layerDisks } from '../../../src/facts/layer-disks.ts'
import { AmiproofError } from '../../../src/lib/errors.ts'

const said = (stdout: string, exitCode = 0) => ({
  exitCode,
  stdout: Buffer.from(stdout),
  stderr: new Uint8Array(),
  timedOut: false,
  truncated: false,
  durationMs: 1,
})
const sha = 'c'.repeat(64)

test('a program that is hashed has its sha256, one that is missing has none', () => {
  const found = checksums.parse(said(`${sha}  /opt/cni/bin/bridge\ndone\n`))
  expect(checksumAt(found, '/opt/cni/bin/bridge')).toBe(sha)
  expect(checksumAt(found, '/opt/cni/bin/ptp')).toBeUndefined()
  expect(checksumAt(found, '/usr/bin/kubelet')).toBeUndefined()
})

test('of a path that nobody hashes nothing is known', () => {
  const found = checksums.parse(said('done\n'))
  expect(() => checksumAt(found, '/usr/bin/vim')).toThrow(
    expect.objectContaining({ kind: 'unproven' }) as AmiproofError,
  )
})

test('hashes that ended before their last line are no hashes', () => {
  expect(() => checksums.parse(said(`${sha}  /usr/bin/kubelet\n`))).toThrow(AmiproofError)
})

test('xfs says its ftype, and other file systems have none', () => {
  const disks = layerDisks.parse(
    said(
      'disk /var/lib/containerd /mnt/k8s-disks/0 xfs\nftype=1\ndisk /var/lib/soci-snapshotter-grpc / ext4\n',
    ),
  )
  expect(disks).toEqual([
    { path: '/var/lib/containerd', mountpoint: '/mnt/k8s-disks/0', type: 'xfs', ftype: '1' },
    { path: '/var/lib/soci-snapshotter-grpc', mountpoint: '/', type: 'ext4' },
  ])
})

test('an xfs that could not be asked has no ftype', () => {
  expect(layerDisks.parse(said('disk /var/lib/containerd / xfs\n'))).toEqual([
    { path: '/var/lib/containerd', mountpoint: '/', type: 'xfs' },
  ])
  expect(() => layerDisks.parse(said('disk /var/lib/containerd \n'))).toThrow(/says no file system/)
})
