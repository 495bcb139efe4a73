import { goDuration } from '../lib/go-duration.ts'
import { type Check, check } from './check.ts'
import { at } from './cri.ts'
import { accessSettings } from './kubelet-access-settings.ts'
import { meantKubelet } from './kubelet-meant.ts'
import { podSettings } from './kubelet-pod-settings.ts'
import { same } from './same.ts'
import { settledKubelet } from './seen-kubelet.ts'
import { trace } from './trace.ts'
import { expected } from './verdict.ts'

const unset = (value: unknown): boolean => value === undefined || value === null

/** Nanoseconds of a duration, and what is none as it is. */
const lasting = (value: unknown): unknown =>
  typeof value === 'string' ? (goDuration(value) ?? value) : value

/** What the kubelet merges from its file, its drop-ins and its flags; where each value comes from is part of the result. */
export const asMeant: readonly Check[] = [...accessSettings, ...podSettings].map(
  ({ slug, key, title, severity, trace: ids, otherwise, isDuration, harm }) =>
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
        const [is, meant] = [unset(actual) ? otherwise : actual, unset(wanted) ? otherwise : wanted]
        const agree = isDuration ? same(lasting(is), lasting(meant)) : same(is, meant)
        return expected(agree, is, meant, `${key}, ${setBy(keys)}`)
      },
      fix: `${harm} Set ${key} to the expected value in the file that this result names, or in spec.kubelet of the NodeConfig.`,
    }),
)
