import { once } from '../../lib/lazy.ts'
import { parseToml } from '../../lib/toml.ts'
import { yaml } from '../../lib/yaml.ts'
import { zod } from '../../lib/zod.ts'
import { cut, lines } from '../text.ts'

export interface ContainerCli {
  readonly driver: string | undefined
  readonly cuda: string | undefined
  /** Bus id of each device, in order. */
  readonly devices: readonly string[]
}

/** Reads `nvidia-container-cli info`: a head, then one block for each device. */
export const readContainerCli = (text: string): ContainerCli => {
  const pairs = lines(text).flatMap((line) => {
    const pair = cut(line, ':')
    return pair ? [[pair[0].trim().toLowerCase(), pair[1].trim()] as const] : []
  })
  const value = (key: string) => pairs.find(([name]) => name === key)?.[1]
  if (value('nvrm version') === undefined) throw new Error('no line says which NVRM version there is')
  return {
    driver: value('nvrm version'),
    cuda: value('cuda version'),
    devices: pairs.flatMap(([name, found]) => (name === 'bus location' ? [found] : [])),
  }
}

export interface CdiList {
  /** `nvidia.com/gpu=all`, `nvidia.com/gpu=0`, … */
  readonly devices: readonly string[]
  /** Warnings and errors; the tool exits with 0 for all that. */
  readonly complaints: readonly string[]
}

/** Reads `nvidia-ctk cdi list`, standard output and error together. */
export const readCdiList = (text: string): CdiList => {
  const all = lines(text).filter((line) => line.trim() !== '')
  const devices = all.filter((line) => /^[\w.-]+\/[\w.-]+=\S+$/.test(line.trim())).map((line) => line.trim())
  const found = all
    .map((line) => /Found (\d+) CDI devices/.exec(line)?.[1])
    .find((count) => count !== undefined)
  if (found === undefined && devices.length === 0)
    throw new Error('no line says how many CDI devices were found')
  if (found !== undefined && Number(found) !== devices.length)
    throw new Error(
      `it says that ${found} CDI devices were found, and lists ${devices.length}: the output was cut`,
    )
  return {
    devices,
    complaints: all.filter((line) => /level=(warn|error)/.test(line)).map((line) => line.slice(0, 300)),
  }
}

const cdiShape = once(() => {
  const z = zod()
  const Edits = z.object({
    deviceNodes: z.array(z.object({ path: z.string(), hostPath: z.string().optional() })).nullish(),
    mounts: z.array(z.object({ hostPath: z.string() })).nullish(),
  })
  return z.object({
    kind: z.string(),
    containerEdits: Edits.nullish(),
    devices: z.array(z.object({ name: z.string(), containerEdits: Edits.nullish() })).nullish(),
  })
})

export interface Cdi {
  readonly kind: string
  readonly devices: readonly string[]
  /** Files and devices of the host that containers are given. */
  readonly hostPaths: readonly string[]
}

/** Reads a CDI specification, YAML or JSON. */
export const readCdi = (text: string): Cdi => {
  const { kind, devices, containerEdits } = cdiShape().parse(yaml().parse(text))
  const edits = [containerEdits, ...(devices ?? []).map((device) => device.containerEdits)]
  const paths = edits.flatMap((one) => [
    ...(one?.mounts ?? []).map(({ hostPath }) => hostPath),
    ...(one?.deviceNodes ?? []).map(({ path, hostPath }) => hostPath ?? path),
  ])
  return { kind, devices: (devices ?? []).map(({ name }) => name), hostPaths: [...new Set(paths)] }
}

/** Reads /etc/nvidia-container-runtime/config.toml. */
export const readToolkitConfig = (text: string): Readonly<Record<string, unknown>> =>
  parseToml(text, '/etc/nvidia-container-runtime/config.toml')
