import { textsUnder } from '../facts/files.ts'
import { messageOf } from '../lib/errors.ts'
import { parseToml } from '../lib/toml.ts'
import { check, type Verdict } from './check.ts'
import { all } from './combine.ts'
import { at } from './cri.ts'
import { trace } from './trace.ts'
import { expected, fail, pass } from './verdict.ts'

const wellFormed = (path: string, text: string): Verdict => {
  try {
    const document = parseToml(text, path)
    const hosts = [...Object.keys(Object(at(document, ['host']))), ...[at(document, ['server'])].flat()]
    const named = hosts.filter((host): host is string => typeof host === 'string')
    return expected(
      named.every((host) => /^(https?:\/\/)?[^\s/]+/.test(host)),
      named,
      'hosts by name or URL',
      path,
    )
  } catch (error) {
    return fail(messageOf(error), 'TOML as containerd reads it', path)
  }
}

export const parse = check({
  id: 'containerd/hosts-files',
  title: 'Every hosts.toml of a registry can be read',
  phase: 'join',
  severity: 'high',
  tags: ['node'],
  controls: trace('KC-24'),
  verify: ({ facts }) => {
    const files = ['/etc/containerd/certs.d', '/etc/docker/certs.d'].flatMap((directory) =>
      textsUnder(facts.configs, directory, '/hosts.toml'),
    )
    return files.length === 0 ? pass('none') : all(...files.map(([path, text]) => wellFormed(path, text)))
  },
  fix: 'Correct the file that this result names: with a broken one, pulls from that registry fail.',
})
