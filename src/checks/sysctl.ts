import type { NodeSpec } from '../spec/node-spec.ts'
import { type Check, check } from './check.ts'
import { sysctls } from './meaning.ts'
import { rendered } from './rendered.ts'
import { onDiskSysctl } from './seen-sysctl.ts'
import { parameters } from './sysctl-parameters.ts'
import { trace } from './trace.ts'
import { equal } from './verdict.ts'

/** What the rendered files set, the later file winning as in systemd-sysctl. */
const wanted = (spec: NodeSpec): Readonly<Record<string, string>> =>
  Object.assign(
    {},
    ...rendered(spec)
      .filter(({ format }) => format === 'sysctl')
      .map(({ text }) => sysctls(text)),
  )

/** Port lists are printed by the kernel as ranges: `9808-9809` is 9808 and 9809. */
const plain = (key: string, value: string | undefined): string | readonly number[] | undefined =>
  key.endsWith('_ports') ? value?.split(',').flatMap(ports) : value?.trim().replace(/\s+/g, ' ')

const ports = (range: string): readonly number[] => {
  const [from = Number.NaN, to = from] = range.split('-').map(Number)
  return to - from < 65_536 ? Array.from({ length: to - from + 1 }, (_, i) => from + i) : [from, to]
}

/** What the kernel really does, whatever the files say. */
export const atRunTime: readonly Check[] = parameters.map(
  ({ slug, key, title, severity, trace: ids, needs }) =>
    check({
      id: `sysctl/${slug}`,
      title,
      phase: 'boot',
      severity,
      tags: ['node'],
      controls: trace(...ids),
      ...(needs === undefined ? {} : { needs: [needs] }),
      verify: ({ spec, facts }) =>
        equal(plain(key, facts.sysctl[key]), plain(key, wanted(spec)[key]), `${key} at run time`),
      fix: `Run \`sysctl --system\` and look which file sets ${key} last; correct that file in the image.`,
    }),
)

/** What the next boot will do: the last file in the order of systemd-sysctl wins. */
export const onDisk: readonly Check[] = parameters.map(({ slug, key, severity, trace: ids }) =>
  check({
    id: `sysctl-on-disk/${slug}`,
    title: `${key} is set for the next boot, and no later file sets it otherwise`,
    phase: 'image',
    severity,
    tags: ['node'],
    controls: trace(...ids),
    verify: ({ spec, facts }) => {
      const { value, path } = onDiskSysctl(facts, key) ?? {}
      const where = path === undefined ? `${key} in /etc/sysctl.d` : `${key} in ${path}`
      return equal(plain(key, value), plain(key, wanted(spec)[key]), where)
    },
    fix: `Remove ${key} from the file that this result names, or set the expected value there; systemd applies the files of /etc/sysctl.d and its kin in order of name.`,
  }),
)
