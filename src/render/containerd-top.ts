import type { TomlTable, TomlValue } from '../lib/toml.ts'
import { aKind, kindOf } from './containerd-keys.ts'

/** The keys outside plugins (`cmd/containerd/server/config/config.go`, release/1.6 to release/2.3). A table of `*` has the user's keys. */
type Shape = 'string' | 'integer' | 'boolean' | 'strings' | { readonly [key: string]: Shape }

const owned = { address: 'string', uid: 'integer', gid: 'integer' } as const

const top: { readonly [key: string]: Shape } = {
  version: 'integer',
  root: 'string',
  state: 'string',
  temp: 'string',
  plugin_dir: 'string',
  no_subreaper: 'boolean',
  oom_score: 'integer',
  disabled_plugins: 'strings',
  required_plugins: 'strings',
  imports: 'strings',
  plugins: { '*': {} },
  grpc: {
    ...owned,
    tcp_address: 'string',
    tcp_tls_ca: 'string',
    tcp_tls_cert: 'string',
    tcp_tls_key: 'string',
    tcp_tls_common_name: 'string',
    max_recv_message_size: 'integer',
    max_send_message_size: 'integer',
  },
  ttrpc: owned,
  debug: { ...owned, level: 'string', format: 'string' },
  metrics: { address: 'string', grpc_histogram: 'boolean' },
  cgroup: { path: 'string' },
  proxy_plugins: {
    '*': {
      type: 'string',
      address: 'string',
      platform: 'string',
      exports: { '*': 'string' },
      capabilities: 'strings',
    },
  },
  timeouts: { '*': 'string' },
  stream_processors: {
    '*': { accepts: 'strings', returns: 'string', path: 'string', args: 'strings', env: 'strings' },
  },
}

export interface TopProblem {
  readonly problem: 'unknown' | 'type'
  readonly path: readonly string[]
  readonly expected: string
  readonly actual: string
}

const nameOf = (shape: Shape): string =>
  typeof shape === 'object' ? 'a table' : shape === 'strings' ? 'a list of strings' : aKind(shape)

const isStrings = (value: TomlValue): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

const problemsIn = (
  shape: { readonly [key: string]: Shape },
  table: TomlTable,
  path: readonly string[],
): readonly TopProblem[] =>
  Object.entries(table).flatMap(([key, value]): readonly TopProblem[] => {
    const here = [...path, key]
    const expected = Object.hasOwn(shape, key) ? shape[key] : shape['*']
    const actual = aKind(kindOf(value))
    if (expected === undefined) return [{ problem: 'unknown', path: here, expected: 'nothing', actual }]
    const wrong: TopProblem = { problem: 'type', path: here, expected: nameOf(expected), actual }
    if (typeof expected !== 'object') {
      const isRight = expected === 'strings' ? isStrings(value) : kindOf(value) === expected
      return isRight ? [] : [wrong]
    }
    // containerd reads plugin sections later and itself: here any value may stand.
    if (path[0] === 'plugins') return []
    if (kindOf(value) !== 'table') return here[0] === 'plugins' && here.length === 2 ? [] : [wrong]
    return problemsIn(expected, Object(value), here)
  })

/** Keys outside plugins that containerd does not have, or whose value it cannot hold: it refuses to start with the latter. */
export const topProblems = (table: TomlTable): readonly TopProblem[] => problemsIn(top, table, [])
