import { check } from './check.ts'
import { all } from './combine.ts'
import { criSetting } from './cri.ts'
import { containerdConfig, namesIn } from './seen.ts'
import { trace } from './trace.ts'
import { expected } from './verdict.ts'

/** Shims that come with containerd. */
const own = ['runc']

export const shimsConfigured = check({
  id: 'wasm/shims-configured',
  title: 'Every further shim on the node has a runtime that pods can ask for',
  phase: 'join',
  severity: 'low',
  tags: ['node'],
  controls: trace('EN-14a', 'EN-14c'),
  verify: ({ facts }) => {
    const runtimes = Object.values(Object(criSetting(containerdConfig(facts), 'runtimes'))).map((runtime) =>
      String(Object(runtime).runtime_type),
    )
    const shims = ['/usr/bin', '/usr/local/bin'].flatMap((directory) =>
      namesIn(facts, directory).flatMap((name) => {
        const [, shim, version] = /^containerd-shim-([a-z0-9-]+)-(v\d+)$/.exec(name) ?? []
        return shim === undefined || own.includes(shim)
          ? []
          : [{ name, type: `io.containerd.${shim}.${version}` }]
      }),
    )
    return all(
      ...shims.map(({ name, type }) =>
        expected(runtimes.includes(type), runtimes, type, `runtimes of containerd, for ${name}`),
      ),
    )
  },
  fix: 'Add the runtime to spec.containerd.config of the NodeConfig, and a RuntimeClass with its name to the cluster.',
})
