import { shortLines } from './short-lines.ts'

export interface Listed {
  readonly index: number
  readonly product: string
  readonly uuid: string
  /** Profiles of its MIG devices, in order: `3g.40gb`. */
  readonly mig: readonly string[]
}

/** Captures put what was asked before the answer, as a comment; nvidia-smi underlines headings even into a pipe. */
const plainLines = (text: string): readonly string[] =>
  shortLines(text, 20_000)
    .map((line) => line.replace(/\u001b\[[0-9;]*m/g, '').replace(/\r$/, ''))
    .filter((line) => !line.startsWith('# '))

/** Reads `nvidia-smi -L`. Throws when a line is none of its lines, or when no GPU is listed. */
export const readList = (text: string): readonly Listed[] => {
  const found: (Listed & { readonly mig: string[] })[] = []
  for (const line of plainLines(text)) {
    if (line.trim() === '') continue
    const [, index, product, uuid] = /^GPU (\d+): (.+?) \(UUID: ([^)]+)\)\s*$/.exec(line) ?? []
    const [, profile] = /^\s+MIG (\S+)\s+Device\s+\d+: \(UUID: [^)]+\)\s*$/.exec(line) ?? []
    const last = found.at(-1)
    if (index !== undefined && product && uuid) found.push({ index: Number(index), product, uuid, mig: [] })
    else if (profile !== undefined && last) last.mig.push(profile)
    else throw new Error(`"${line.slice(0, 80)}" is no line of nvidia-smi -L`)
  }
  if (found.length === 0) throw new Error('nvidia-smi -L lists no GPU')
  return found
}

/** What `nvidia-smi --version` says, by its keys in lower case: `driver version`, `cuda version`, `nvml version`. */
export const readSmiVersion = (text: string): Readonly<Record<string, string>> => {
  const pairs = plainLines(text).flatMap((line) => {
    const [, key, value] = /^([A-Za-z-]+ version)\s*:\s*(\S+)\s*$/i.exec(line) ?? []
    return key && value ? [[key.toLowerCase(), value] as const] : []
  })
  if (pairs.length === 0) throw new Error('no line says a version')
  return Object.fromEntries(pairs)
}

/** How each GPU reaches each other one, from `nvidia-smi topo -m`: rows in order, `X` on the diagonal. */
export interface Topology {
  readonly links: readonly (readonly string[])[]
}

/** Reads the matrix between GPUs; columns of network cards and of affinity are left out, and so is the legend. */
export const readTopology = (text: string): Topology => {
  const all = plainLines(text)
  const heading = all.findIndex((line) => /^\s+GPU0(\s|$)/.test(line))
  if (heading < 0) throw new Error('no heading names GPU0: this is no nvidia-smi topo -m')
  const columns = (all[heading] ?? '').split('\t').map((name) => name.trim())
  const own = columns.flatMap((name, at) => (/^GPU\d+$/.test(name) ? [at] : []))
  const rows = all
    .slice(heading + 1)
    .filter((line) => /^GPU\d+\t/.test(line))
    .map((line) => line.split('\t').map((cell) => cell.trim()))
  const links = rows.map((cells) => own.map((at) => cells[at] ?? ''))
  if (links.length !== own.length)
    throw new Error(
      `the heading names ${own.length} GPUs and ${links.length} rows follow: the output was cut`,
    )
  if (links.some((row) => row.includes(''))) throw new Error('a row of the matrix ends before its last GPU')
  return { links }
}

export interface NvlinkGpu {
  readonly index: number
  /** By number of the link: `26.562 GB/s`, `<inactive>`. */
  readonly links: readonly string[]
  /** True: MIG is on, and the driver does not say. */
  readonly hidden: boolean
}

/** Reads `nvidia-smi nvlink -s`. GPUs without NVLink are listed without links; a node without any answers nothing. */
export const readNvlink = (text: string): readonly NvlinkGpu[] => {
  const found: { index: number; links: string[]; hidden: boolean }[] = []
  for (const line of plainLines(text)) {
    const [, gpu] = /^GPU (\d+): /.exec(line) ?? []
    const [, state] = /^\s+Link \d+: (.+?)\s*$/.exec(line) ?? []
    const last = found.at(-1)
    if (line.trim() === '') continue
    if (gpu !== undefined) found.push({ index: Number(gpu), links: [], hidden: false })
    else if (state !== undefined && last) last.links.push(state)
    else if (/not supported.*MIG mode/i.test(line) && last) last.hidden = true
    else if (/all links are inActive|unable to retrieve nvlink/i.test(line) && last)
      last.links.push('<inactive>')
    else throw new Error(`"${line.slice(0, 80)}" is no line of nvidia-smi nvlink -s`)
  }
  return found
}

export interface GpuInstance {
  readonly gpu: number
  /** `1g.10gb` */
  readonly profile: string
  readonly instance: number
}

/** Reads the tables of `nvidia-smi mig -lgi` and `-lci`, whatever their width. In `-lci` the GPU instance comes before the name. */
export const readMigTable = (text: string): readonly GpuInstance[] => {
  const rows = plainLines(text).filter((line) => /^\|\s+\d+\s/.test(line))
  if (rows.length === 0 && !/No (MIG-enabled devices|GPU instances|compute instances) found|MIG/i.test(text))
    throw new Error('this is no table of MIG instances')
  return rows.map((row) => {
    const [, gpu, parent, profile, id] =
      /^\|\s+(\d+)\s+(?:(\d+)\s+)?MIG (\S+)\s+\d+\*?\s+(\d+)\s/.exec(row) ?? []
    if (gpu === undefined || profile === undefined)
      throw new Error(`"${row.slice(0, 80)}" is no row of a table of MIG instances`)
    return { gpu: Number(gpu), profile, instance: Number(parent ?? id) }
  })
}

/** A table that nvidia-smi printed with `--format=csv`: rows by the names of its columns, without their units. Values keep theirs. */
export const readSmiCsv = (text: string): readonly Readonly<Record<string, string>>[] => {
  const [heading = '', ...rows] = plainLines(text).filter((line) => line.trim() !== '')
  const names = heading.split(',').map((name) => name.trim().replace(/ \[.*\]$/, ''))
  if (!names.every((name) => /^[A-Za-z][\w.-]*$/.test(name)))
    throw new Error(`"${heading.slice(0, 80)}" is no heading of a table of nvidia-smi`)
  return rows.map((row) => {
    const cells = row.split(', ')
    if (cells.length !== names.length)
      throw new Error(`a row of ${cells.length} values stands under ${names.length} columns`)
    return Object.fromEntries(names.map((name, at) => [name, cells[at]?.trim() ?? '']))
  })
}
