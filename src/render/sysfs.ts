import { AmiproofError } from '../lib/errors.ts'

/** Files of sysfs by path; a directory without files of interest may stand with any content. */
export type SysfsFiles = Readonly<Record<string, string>>

const nodeDirectory = '/sys/devices/system/node'
const cpuDirectory = '/sys/devices/system/cpu'
const memoryDirectory = '/sys/devices/system/memory'

const refuse = (what: string, problem: string): never => {
  throw new AmiproofError(`cannot count ${what}: ${problem}`, {
    kind: 'fact',
    code: 'bad-sysfs',
    op: `count ${what}`,
    blame: 'instance',
  })
}

/** Names directly below a directory. */
const childrenOf = (files: SysfsFiles, directory: string): readonly string[] => [
  ...new Set(
    Object.keys(files)
      .filter((path) => path.startsWith(`${directory}/`))
      .map((path) => path.slice(directory.length + 1).split('/', 1)[0] ?? ''),
  ),
]

/** Go's glob `cpu*[0-9]` and `node*[0-9]`. */
const numbered = (files: SysfsFiles, directory: string, prefix: string): readonly string[] =>
  childrenOf(files, directory).filter(
    (name) => name.startsWith(prefix) && /[0-9]$/.test(name.slice(prefix.length)),
  )

const readOptional = (files: SysfsFiles, path: string): string | undefined =>
  Object.hasOwn(files, path) ? files[path] : undefined

/** Go's `strconv.ParseUint(text, 10, 16)`. */
const uint16 = (what: string, text: string): number => {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return value <= 65_535 ? value : refuse('CPUs', `${what} holds ${JSON.stringify(text)}`)
}

const onlineRanges = (files: SysfsFiles): readonly (readonly [number, number])[] | undefined => {
  const path = `${cpuDirectory}/online`
  const text = readOptional(files, path)
  if (text === undefined) return undefined
  if (text === '') return refuse('CPUs', `${path} is empty`)
  return text
    .trim()
    .split(',')
    .map((range) => {
      const [first = '', last = first, ...rest] = range.split('-')
      const [from, to] = [uint16(path, first), uint16(path, last)]
      return rest.length === 0 && from <= to
        ? [from, to]
        : refuse('CPUs', `${path} holds ${JSON.stringify(range)}`)
    })
}

/**
 * Online logical CPUs as nodeadm counts them (`internal/system/resources.go`): those of the NUMA nodes that are online, or all CPUs where
 * there are no NUMA nodes. Throws AmiproofError `bad-sysfs`, where nodeadm goes on with 0.
 */
export const onlineCpus = (files: SysfsFiles): number => {
  const nodes = numbered(files, nodeDirectory, 'node')
  if (nodes.length === 0)
    return (
      numbered(files, cpuDirectory, 'cpu').length || refuse('CPUs', `there is none below ${cpuDirectory}`)
    )
  const cpus = nodes.flatMap((node) => numbered(files, `${nodeDirectory}/${node}`, 'cpu'))
  if (cpus.length === 0) return 0
  const online = onlineRanges(files)
  if (!online) return cpus.length
  const ids = cpus.map((cpu) => uint16(nodeDirectory, cpu.slice('cpu'.length)))
  return ids.filter((id) => online.some(([from, to]) => from <= id && id <= to)).length
}

/** Online memory in bytes: the block size, hexadecimal, times the blocks that are online. Throws AmiproofError `bad-sysfs`. */
export const onlineMemoryBytes = (files: SysfsFiles): number => {
  const size = readOptional(files, `${memoryDirectory}/block_size_bytes`)
  if (size === undefined) return refuse('memory', `${memoryDirectory}/block_size_bytes is missing`)
  if (!/^[+-]?[0-9a-fA-F]+$/.test(size.trim()))
    return refuse('memory', `block_size_bytes holds ${JSON.stringify(size)}, not hexadecimal digits`)
  const blocks = childrenOf(files, memoryDirectory).filter((name) => /memory[0-9]+/.test(name))
  const online = blocks.filter((block) => {
    const path = `${memoryDirectory}/${block}/online`
    return (readOptional(files, path) ?? refuse('memory', `${path} is missing`)).trim() === '1'
  })
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/.exec(size.trim()) ?? []
  const block = BigInt(`0x${digits}`)
  if (block > 2n ** 63n - 1n)
    return refuse('memory', `block_size_bytes holds ${JSON.stringify(size)}, beyond 64 bits`)
  return Number(sign === '-' ? -block : block) * online.length
}

/** Whether a PCI device of this vendor is attached; the id is compared as sysfs prints it, in lower case. */
export const hasPciVendor = (files: SysfsFiles, vendor: string): boolean =>
  Object.entries(files).some(
    ([path, content]) => /^\/sys\/bus\/pci\/devices\/[^/]+\/vendor$/.test(path) && content.trim() === vendor,
  )
