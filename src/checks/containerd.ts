import { containerdVersionIn } from '../lib/versions.ts'
import { check } from './check.ts'
import { all, each } from './combine.ts'
import { at, renderedContainerd } from './cri.ts'
import { same } from './same.ts'
import { containerdConfig, containerdProblem, seenText } from './seen.ts'
import { trace } from './trace.ts'
import { equal, expected, fail, none, pass } from './verdict.ts'

const dump = '`containerd config dump`'

export const version = check({
  id: 'containerd/version',
  title: 'The containerd that is installed is the version of the spec',
  phase: 'image',
  severity: 'high',
  tags: ['node'],
  controls: trace('PR-A11', 'RD-14a', 'KC-12'),
  verify: ({ spec, facts }) => {
    const wanted = spec.image.containerd
    const version = containerdVersionIn(facts.containerdVersion ?? '') ?? facts.containerdVersion
    const upstream = /^[\d.]+/.exec(version ?? '')?.[0]
    const holds = version === wanted || `${upstream}.`.startsWith(`${wanted}.`)
    return expected(holds, version, wanted, '`containerd --version`')
  },
  fix: 'Install the containerd of the spec and lock its version, or correct image.containerd in the spec.',
})

export const answers = check({
  id: 'containerd/config-loads',
  title: 'containerd can load its configuration',
  phase: 'join',
  severity: 'critical',
  tags: ['node'],
  controls: trace('PR-A11', 'EN-19'),
  verify: ({ facts }) => {
    const problem = containerdProblem(facts)
    return problem === undefined ? pass() : fail(problem, 'a configuration that loads', dump)
  },
  fix: 'Run `containerd config dump` on the node and correct the line that it names; a table that stands twice is a frequent cause.',
})

export const nothingIgnored = check({
  id: 'containerd/no-ignored-keys',
  title: 'containerd knows every key of its configuration',
  phase: 'join',
  severity: 'high',
  tags: ['node'],
  controls: trace('EN-10', 'KC-34'),
  verify: ({ facts }) =>
    none(
      (facts.containerdDump?.warnings ?? []).filter((line) =>
        /unknown key|Ignoring|deprecated.*version/i.test(line),
      ),
      'no key that containerd ignores',
      `stderr of ${dump}`,
    ),
  fix: 'Correct the spelling of the key, or move it to where the version of containerd looks for it: `amiproof lint FILE` names the place.',
})

export const configVersion = check({
  id: 'containerd/config-version',
  title: 'The configuration has the version that this containerd reads without losing keys',
  phase: 'join',
  severity: 'high',
  tags: ['node'],
  controls: trace('EN-10', 'KC-34', 'KC-28'),
  verify: ({ spec, facts }) => {
    const text = seenText(facts, '/etc/containerd/config.toml') ?? ''
    const [, said] = /^\s*version\s*=\s*(\d+)/m.exec(text) ?? []
    return equal(said, String(renderedContainerd(spec).version), '/etc/containerd/config.toml: version')
  },
  fix: 'Write version = 3 with the keys of io.containerd.cri.v1.* for containerd 2, version = 2 with io.containerd.grpc.v1.cri for containerd 1.',
})

/** Every leaf of the rendered document with its keys. */
const leaves = (
  value: unknown,
  keys: readonly string[] = [],
): readonly (readonly [readonly string[], unknown])[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...keys, key]))
    : [[keys, value]]

export const effective = check({
  id: 'containerd/effective-config',
  title: 'containerd runs with every setting that the spec renders',
  phase: 'join',
  severity: 'critical',
  tags: ['node'],
  controls: trace('EN-10', 'PR-A17', 'RD-O7', 'KC-06'),
  verify: ({ spec, facts }) => {
    const config = containerdConfig(facts)
    const lost = leaves(renderedContainerd(spec)).filter(([keys, value]) => !same(at(config, keys), value))
    if (lost.length === 0) return pass()
    const by = (value: (keys: readonly string[], wanted: unknown) => unknown) =>
      Object.fromEntries(lost.map(([keys, wanted]) => [keys.join('.'), value(keys, wanted) ?? 'absent']))
    return fail(
      by((keys) => at(config, keys)),
      by((_, wanted) => wanted),
      `${dump}: ${lost.map(([keys]) => keys.slice(-2).join('.')).join(', ')}`,
    )
  },
  fix: 'Compare /etc/containerd/config.toml with `amiproof render SPEC`; when the file is right, another one in `imports` or a wrong `version` takes its settings away.',
})

export const places = check({
  id: 'containerd/places',
  title: 'containerd keeps its data, its state and its socket where the kubelet and EKS look for them',
  phase: 'join',
  severity: 'critical',
  tags: ['node'],
  controls: trace('KC-20'),
  verify: ({ spec, facts }) => {
    const config = containerdConfig(facts)
    const wanted = renderedContainerd(spec)
    return all(
      ...[['root'], ['state'], ['grpc', 'address']].map((keys) =>
        equal(at(config, keys), at(wanted, keys), `${dump}: ${keys.join('.')}`),
      ),
    )
  },
  fix: 'Remove root, state and grpc.address from the configuration of the user data.',
})

/** Without these no pod starts; other plugins may be skipped for want of a filesystem or of configuration. */
const needed =
  /^io\.containerd\.(grpc\.v1\.cri|cri\.v1\.(images|runtime)|runtime\.v2\.task|content\.v1\.content|metadata\.v1\.bolt|gc\.v1\.scheduler)$/

export const pluginsWork = check({
  id: 'containerd/plugins',
  title: 'Every plugin that pods depend on is up',
  phase: 'boot',
  severity: 'critical',
  tags: ['node'],
  controls: trace('PR-A11', 'EN-19'),
  verify: ({ facts }) => {
    return each(
      facts.containerdPlugins.filter(({ type, id }) => needed.test(`${type}.${id}`)),
      'plugins of the CRI, its runtime and its content',
      '`ctr plugins ls`',
      ({ type, id, status }) => equal(status, 'ok', `\`ctr plugins ls\`: ${type}.${id}`),
    )
  },
  fix: 'Read `journalctl -u containerd -b` for the reason; `disabled_plugins` in the configuration is a frequent one.',
})

export const noErrors = check({
  id: 'containerd/no-plugin-error',
  title: 'No plugin of containerd ended in an error',
  phase: 'boot',
  severity: 'high',
  tags: ['node'],
  controls: trace('PR-A11', 'EN-18b'),
  verify: ({ facts }) =>
    none(
      facts.containerdPlugins
        .filter(({ status }) => status === 'error')
        .map(({ type, id }) => `${type}.${id}`),
      'no plugin in status error',
      '`ctr plugins ls`',
    ),
  fix: 'Read `journalctl -u containerd -b`, correct the configuration of the plugin, or name it in disabled_plugins.',
})

export const notDisabled = check({
  id: 'containerd/cri-enabled',
  title: 'No configuration switches the CRI off',
  phase: 'join',
  severity: 'critical',
  tags: ['node'],
  controls: trace('PR-T1'),
  verify: ({ facts }) => {
    const off = at(containerdConfig(facts), ['disabled_plugins'])
    const names = Array.isArray(off) ? off.map(String) : []
    return none(
      names.filter((name) => /cri/.test(name)),
      'no CRI plugin among them',
      `${dump}: disabled_plugins`,
    )
  },
  fix: 'Remove cri from disabled_plugins; packages of Docker ship a configuration that disables it.',
})

export const local = check({
  id: 'containerd/local-only',
  title: 'containerd and its streaming server can be reached from the node alone',
  phase: 'join',
  severity: 'critical',
  tags: ['node'],
  controls: trace('PR-T1'),
  verify: ({ facts }) => {
    const config = containerdConfig(facts)
    return all(
      equal(at(config, ['grpc', 'tcp_address']) ?? '', '', `${dump}: grpc.tcp_address`),
      equal(
        at(config, ['plugins', 'io.containerd.grpc.v1.cri', 'stream_server_address']) ?? '127.0.0.1',
        '127.0.0.1',
        `${dump}: plugins."io.containerd.grpc.v1.cri".stream_server_address`,
      ),
    )
  },
  fix: 'Remove grpc.tcp_address and stream_server_address from the configuration: who reaches either is root on the node.',
})

export const noImports = check({
  id: 'containerd/no-imports',
  title: 'No imported file changes the configuration of containerd behind the back of nodeadm',
  phase: 'join',
  severity: 'medium',
  tags: ['node'],
  controls: trace('KC-06', 'EN-10'),
  verify: ({ facts, spec }) => {
    const own = ['/etc/containerd/config.toml']
    const imports = at(containerdConfig(facts), ['imports'])
    const wanted = at(renderedContainerd(spec), ['imports'])
    const allowed = [...own, ...(Array.isArray(wanted) ? wanted.map(String) : [])]
    const found = Array.isArray(imports) ? imports.map(String) : []
    return none(
      found.filter((path) => !allowed.includes(path)),
      'none but the spec’s',
      `${dump}: imports`,
    )
  },
  fix: 'Move the settings into spec.containerd.config of the NodeConfig: containerd 1.7 replaces whole tables when it imports.',
})
