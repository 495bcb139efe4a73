import { expect, test } from 'vitest'
import { orderOnDisk } from '../../../src/checks/join.ts'
import { seenFile } from '../../../src/checks/seen.ts'
import type { Facts } from '../../../src/facts/index.ts'
import type { FileStat } from '../../../src/facts/stats.ts'
import { spec } from '../report-samples.ts'

const file: FileStat = {
  type: 'file',
  mode: '0644',
  uid: 0,
  gid: 0,
  user: 'root',
  group: 'root',
  size: 1,
  mtime: 1_700_000_000,
}
const facts = (stat: FileStat): Facts =>
  ({
    stats: { entries: { '/etc/kubernetes/kubelet/config.json': stat }, denied: [] },
    units: { 'kubelet.service': { ActiveEnterTimestamp: '' } },
  }) as unknown as Facts

test('a kubelet that never started and a file that was never written are said in words', () => {
  const said = JSON.stringify(orderOnDisk.verify({ spec, facts: facts(file) }))
  expect(said).toContain('"status":"fail"')
  expect(said).toContain('{"written":"2023-11-14T22:13:20Z","started":"never started"}')
  expect(said).toContain('"written":"never written"')
})

test('an owner whom no account has is shown by number', () => {
  const path = '/etc/kubernetes/kubelet/config.json'
  const strange = facts({ ...file, uid: 1234, gid: 5678, user: 'UNKNOWN', group: 'UNKNOWN' })
  expect(seenFile(strange, path)?.owner).toBe('1234:5678')
  expect(seenFile(facts(file), path)?.owner).toBe('root:root')
})
