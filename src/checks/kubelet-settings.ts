import { type Check, check } from './check.ts'
import { at } from './cri.ts'
import { accessSettings } from './kubelet-access-settings.ts'
import { meantKubelet } from './kubelet-meant.ts'
import { podSettings } from './kubelet-pod-settings.ts'
import { settledKubelet } from './seen-kubelet.ts'
import { trace } from './trace.ts'
import { equal } from './verdict.ts'

const unset = (value: unknown): boolean => value === undefined || value === null

/** What the kubelet merges from its file, its drop-ins and its flags; where each value comes from is part of the result. */
export const asMeant: readonly Check[] = [...accessSettings, ...podSettings].map(
  ({ slug, key, title, severity, trace: ids, otherwise, harm }) =>
    check({
      id: `kubelet/${slug}`,
      title,
      phase: 'join',
      severity,
      tags: ['node'],
      controls: trace(...ids),
      verify: ({ spec, facts }) => {
        const { config, setBy } = settledKubelet(facts)
        const keys = key.split('.')
        const actual = at(config, keys)
        const wanted = at(meantKubelet(spec).config, keys)
        return equal(
          unset(actual) ? otherwise : actual,
          unset(wanted) ? otherwise : wanted,
          `${key}, ${setBy(keys)}`,
        )
      },
      fix: `${harm} Change it in the file that this result names, or in spec.kubelet of the NodeConfig.`,
    }),
)
