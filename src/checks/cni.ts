import type { Facts } from '../facts/index.ts'
import { messageOf } from '../lib/errors.ts'
import { check, type Verdict } from './check.ts'
import { all, each } from './combine.ts'
import { at } from './cri.ts'
import { namesIn, seenFile, seenText } from './seen.ts'
import { trace } from './trace.ts'
import { equal, expected, fail, pass } from './verdict.ts'

const binaries = '/opt/cni/bin'
const configurations = '/etc/cni/net.d'

/** What every CNI chain on EKS leans on, aws-node included (amazon-vpc-cni-k8s, scripts/install). */
const basic = ['loopback', 'portmap', 'bandwidth', 'host-local']

export const plugins = check({
  id: 'cni/plugins',
  title: 'The basic CNI plugins are there',
  phase: 'image',
  severity: 'critical',
  tags: ['node'],
  controls: trace('PR-A28', 'PR-A29', 'RD-14a'),
  verify: ({ facts }) => {
    const found = namesIn(facts, binaries)
    const missing = basic.filter((name) => !found.includes(name))
    return expected(missing.length === 0, { missing, found }, `all of ${basic.join(', ')}`, binaries)
  },
  fix: 'Install the containernetworking plugins into /opt/cni/bin when the image is built, and verify their checksums.',
})

export const safePlugins = check({
  id: 'cni/plugin-access',
  title: 'Every CNI plugin can be run by root, and changed by root alone',
  phase: 'image',
  severity: 'critical',
  tags: ['node'],
  controls: trace('PR-A28', 'PR-A29'),
  verify: ({ facts }) =>
    each(namesIn(facts, binaries), 'CNI plugins', binaries, (name) => {
      const seen = seenFile(facts, `${binaries}/${name}`)
      if (seen === undefined || seen.kind !== 'file') return pass(seen?.kind)
      return expected(
        // Runnable by its owner, writable by nobody else.
        seen.owner === 'root:root' && /[1357]..$/.test(seen.mode) && !/[2367].$|[2367]$/.test(seen.mode),
        { mode: seen.mode, owner: seen.owner },
        'mode 0755, owner root:root',
        `${binaries}/${name}`,
      )
    }),
  fix: 'Run chown root:root and chmod 0755 on the plugin: kubelet and containerd run it as root for every pod.',
})

const documents = (facts: Facts): readonly string[] =>
  namesIn(facts, configurations).filter((name) => /\.(conf|conflist|json)$/.test(name))

const named = (facts: Facts, file: string): Verdict => {
  const path = `${configurations}/${file}`
  let document: unknown
  try {
    document = JSON.parse(seenText(facts, path) ?? '')
  } catch (error) {
    return fail(messageOf(error), 'a CNI configuration in JSON', path)
  }
  const list = at(document, ['plugins'])
  const types = (Array.isArray(list) ? list : [document]).map((plugin) => at(plugin, ['type']))
  return each(types, 'plugins', `${path}: plugins`, (type) =>
    expected(
      typeof type === 'string' && seenFile(facts, `${binaries}/${type}`) !== undefined,
      type,
      `a plugin that is in ${binaries}`,
      `${path}: type`,
    ),
  )
}

export const configured = check({
  id: 'cni/configuration',
  title: 'Every CNI configuration is well-formed and names plugins that are there',
  phase: 'join',
  severity: 'critical',
  tags: ['node'],
  controls: trace('RD-23', 'KC-26'),
  verify: ({ facts }) => all(...documents(facts).map((file) => named(facts, file))),
  fix: 'Correct the file that this result names, or let the CNI plugin write it again: pods stay in ContainerCreating until then.',
})

export const oneNetwork = check({
  id: 'cni/one-network',
  title: 'At most one CNI configuration competes for the pods of the node',
  phase: 'join',
  severity: 'high',
  tags: ['node'],
  controls: trace('RD-23'),
  verify: ({ facts }) => {
    const found = documents(facts)
    return found.length <= 1 ? pass(found) : equal(found, [found[0]], configurations)
  },
  fix: 'Remove what does not belong to the CNI of the cluster: containerd takes the first file in order of name.',
})
