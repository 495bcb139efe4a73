import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { NodeFile } from '../../src/render/node-file.ts'
import { writeTree } from '../../src/run/write-tree.ts'

const scratch = mkdtempSync(join(tmpdir(), 'amiproof-tree-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const file = (path: string, mode = '0644'): NodeFile => ({
  path,
  mode,
  owner: 'root:root',
  text: path,
  format: 'text',
  phase: 'join',
})
const files = [file('/etc/a/b.conf'), file('/etc/key', '0600'), file('/usr/bin/tool', '0755')]
const folder = (name: string): string => join(scratch, name)
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

test('a new folder has every file with its mode, whatever the umask', () => {
  const before = process.umask(0o077)
  try {
    writeTree(folder('new/below'), files, false)
  } finally {
    process.umask(before)
  }
  expect(readFileSync(folder('new/below/etc/a/b.conf'), 'utf8')).toBe('/etc/a/b.conf')
  expect(
    ['etc/a/b.conf', 'etc/key', 'usr/bin/tool'].map((path) => modeOf(folder(`new/below/${path}`))),
  ).toEqual(['644', '600', '755'])
})

test('an empty folder is filled, and nothing is left beside it', () => {
  mkdirSync(folder('empty/dir'), { recursive: true })
  writeTree(folder('empty/dir'), files, false)
  expect(readdirSync(folder('empty'))).toEqual(['dir'])
  expect(readdirSync(folder('empty/dir'))).toEqual(['etc', 'usr'])
})

test('a folder that holds something is left as it is, unless overwriting is asked for', () => {
  mkdirSync(folder('full/etc'), { recursive: true })
  writeFileSync(folder('full/etc/key'), 'mine')
  writeFileSync(folder('full/other'), 'mine')
  expect(() => writeTree(folder('full'), files, false)).toThrow(/it is not an empty folder/)
  expect(readFileSync(folder('full/etc/key'), 'utf8')).toBe('mine')
  chmodSync(folder('full/etc/key'), 0o644)
  writeTree(folder('full'), files, true)
  expect(readFileSync(folder('full/etc/key'), 'utf8')).toBe('/etc/key')
  expect(modeOf(folder('full/etc/key'))).toBe('600')
  expect(readFileSync(folder('full/other'), 'utf8')).toBe('mine')
})

test('no link below the folder is followed', () => {
  mkdirSync(folder('linked'))
  mkdirSync(folder('outside'))
  symlinkSync(folder('outside'), folder('linked/etc'))
  expect(() => writeTree(folder('linked'), files, true)).toThrow(/is a link, and links are not followed/)
  expect(readdirSync(folder('outside'))).toEqual([])
})

test('a path that leads out of the folder is refused, and nothing appears', () => {
  expect(() => writeTree(folder('inside'), [...files, file('/etc/../../escaped')], false)).toThrow(
    /leads out of it/,
  )
  expect([existsSync(folder('inside')), existsSync(folder('escaped'))]).toEqual([false, false])
  expect(readdirSync(scratch).filter((name) => name.startsWith('.partial'))).toEqual([])
})

test('a file where the folder should be is no folder', () => {
  writeFileSync(folder('file'), '')
  expect(() => writeTree(folder('file'), files, false)).toThrow(/it is not a folder/)
  expect(() => writeTree(folder('file'), files, true)).toThrow(/cannot write .*it is not a folder/)
})
