import type { Facts } from '../facts/index.ts'
import type { NodeSpec } from '../spec/node-spec.ts'
import { check } from './check.ts'
import { all } from './combine.ts'
import { trace } from './trace.ts'
import { contains, equal } from './verdict.ts'

/** What the spec gives every service. */
const meant = (spec: NodeSpec): Readonly<Record<string, string>> =>
  spec.join?.spec.instance?.environment?.default ?? {}

const named = (environment: Readonly<Record<string, string>>, name: string): string | undefined =>
  environment[name] ?? environment[name.toLowerCase()]

const hasProxy = (spec: NodeSpec): boolean =>
  ['HTTP_PROXY', 'HTTPS_PROXY'].some((name) => named(meant(spec), name) !== undefined)

/** systemd gives these by itself. */
const ofSystemd = /^(PATH|LANG|LANGUAGE|LC_[A-Z]+)$/

const given = (facts: Facts): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(pairs(facts.systemd.manager.Environment ?? '')).filter(([name]) => !ofSystemd.test(name)),
  )

/** `A=b "C=d e"` as systemd prints it. */
const pairs = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(/"([^"=]+)=([^"]*)"|([^\s="]+)=(\S*)/g)].map(([, quoted, spaced, key, value]) => [
      quoted ?? key ?? '',
      spaced ?? value ?? '',
    ]),
  )

export const defaultEnvironment = check({
  id: 'proxy/default-environment',
  title: 'Every service gets the environment of the user data, and no other',
  phase: 'join',
  severity: 'high',
  tags: ['node'],
  controls: trace('RD-06'),
  verify: ({ spec, facts }) => equal(given(facts), meant(spec), 'systemctl show: Environment'),
  fix: 'Remove stale files from /etc/systemd/system.conf.d, or let nodeadm write environment.conf again, and run `systemctl daemon-reload`.',
})

export const exceptions = check({
  id: 'proxy/exceptions',
  title: 'Services reach the instance metadata and the cluster without the proxy',
  phase: 'join',
  severity: 'high',
  tags: ['node'],
  controls: trace('RD-06'),
  applies: hasProxy,
  unless: 'the user data sets no proxy',
  verify: ({ spec, facts }) => {
    const seen = given(facts)
    const listed = (named(seen, 'NO_PROXY') ?? '').split(',').map((one) => one.trim())
    return all(
      contains(
        listed,
        ['169.254.169.254', 'localhost', spec.join?.spec.cluster.cidr ?? ''],
        'systemctl show: Environment, NO_PROXY',
      ),
    )
  },
  fix: 'Add 169.254.169.254, localhost and the service CIDR to NO_PROXY in spec.instance.environment of the NodeConfig, and the VPC’s CIDR and the endpoint when it is private.',
})
