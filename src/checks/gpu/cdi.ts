import type { Cdi } from '../../facts/gpu/containers.ts'
import type { Facts } from '../../facts/index.ts'
import { all, each } from '../combine.ts'
import { trace } from '../trace.ts'
import { expected, fail, none, pass } from '../verdict.ts'
import { ofGpu } from './claim.ts'
import { smiOf } from './seen.ts'

const controls = trace('EN-02', 'RD-18', 'KC-35')

const specs = ({ gpuContainers }: Facts): readonly (readonly [string, Cdi | string])[] =>
  Object.entries(gpuContainers.cdi)

const readable = (facts: Facts): readonly (readonly [string, Cdi])[] =>
  specs(facts).flatMap(([path, spec]) =>
    typeof spec !== 'string' && spec.kind === 'nvidia.com/gpu' ? [[path, spec] as const] : [],
  )

export const cdiDevices = ofGpu({
  id: 'gpu-cdi/devices',
  title: 'CDI offers every GPU by its number, and all of them together',
  severity: 'high',
  controls,
  verify: ({ facts }) => {
    const { gpus } = smiOf(facts)
    const divided = gpus.some(({ mig }) => mig.current === 'Enabled')
    const wanted = ['all', ...(divided ? [] : gpus.map((_, i) => `${i}`))]
    return all(
      none(
        specs(facts).flatMap(([path, spec]) => (typeof spec === 'string' ? [`${path}: ${spec}`] : [])),
        'specifications that can be read',
        '/etc/cdi and /var/run/cdi',
      ),
      each(
        readable(facts),
        'CDI specifications of nvidia.com/gpu',
        '/etc/cdi and /var/run/cdi',
        ([path, { devices }]) =>
          none(
            wanted.filter((name) => !devices.includes(name)),
            wanted.join(', '),
            path,
          ),
      ),
    )
  },
  fix: 'Start nvidia-cdi-refresh.service, or run `nvidia-ctk cdi generate --output=/var/run/cdi/nvidia.yaml` at boot.',
})

export const cdiFresh = ofGpu({
  id: 'gpu-cdi/fresh',
  title: 'CDI gives containers the libraries of the loaded driver, and nothing that is not there',
  severity: 'high',
  controls,
  verify: ({ facts }) => {
    const version = facts.gpuDriver.loaded?.version
    const other = readable(facts).flatMap(([, { hostPaths }]) =>
      hostPaths.filter((path) => {
        const [, found] = /lib(?:cuda|nvidia-[\w-]+)\.so\.(\d+\.\d+(?:\.\d+)?)$/.exec(path) ?? []
        return found !== undefined && found !== version
      }),
    )
    return all(
      none(other, `libraries of ${version}`, 'CDI specification'),
      none(facts.gpuContainers.missing, 'paths that exist', 'CDI specification'),
    )
  },
  fix: 'Generate the specification at boot and not when the image is built; do so again after the driver or MIG changed.',
})

export const cdiOnce = ofGpu({
  id: 'gpu-cdi/once',
  title: 'One CDI specification offers the GPUs, and the toolkit complains of none',
  severity: 'medium',
  controls,
  verify: ({ facts }) => {
    const { cdiList } = facts.gpuContainers
    return all(
      expected(
        readable(facts).length <= 1,
        readable(facts).map(([path]) => path),
        'one specification',
        '/etc/cdi and /var/run/cdi',
      ),
      // The tool exits with 0 whatever is wrong with a specification.
      typeof cdiList === 'string'
        ? fail(cdiList, 'a list', 'nvidia-ctk cdi list')
        : none(cdiList?.complaints ?? [], 'no complaint', 'nvidia-ctk cdi list'),
      cdiList === undefined || typeof cdiList === 'string'
        ? pass()
        : expected(cdiList.devices.length > 0, cdiList.devices, 'devices', 'nvidia-ctk cdi list'),
    )
  },
  fix: 'Delete the static specification from /etc/cdi, and keep the one that is refreshed in /var/run/cdi.',
})
