import { cut, lines, record } from '../text.ts'
import { shortLines } from './short-lines.ts'

export interface DriverVersion {
  /** `580.95.05` */
  readonly version: string
  readonly flavour: 'open' | 'proprietary'
}

/** Reads /proc/driver/nvidia/version, where only the open modules call themselves so. */
export const readDriverVersion = (text: string): DriverVersion => {
  const line = lines(text).find((one) => one.startsWith('NVRM version:')) ?? ''
  const [, version] = /Kernel Module(?: for \S+)?\s+(\d+(?:\.\d+){1,2})(?:\s|$)/.exec(line) ?? []
  if (version === undefined)
    throw new Error(`"${text.trim().slice(0, 80)}" names no version of the NVIDIA kernel module`)
  return { version, flavour: /Open Kernel Module/.test(line) ? 'open' : 'proprietary' }
}

/** `Key: value` lines of /proc/driver/nvidia/params and of gpus/<id>/information, values without quotes. */
export const readKeys = (text: string): Readonly<Record<string, string>> => {
  const pairs = lines(text).flatMap((line) => {
    const pair = line.startsWith('#') ? undefined : cut(line, ':')
    return pair ? [[pair[0].trim(), pair[1].trim().replace(/^"(.*)"$/, '$1')] as const] : []
  })
  if (pairs.length === 0) throw new Error('no line says a key and a value')
  return record(pairs)
}

/** `modinfo MODULE`: the keys that occur once matter; of a repeated one the first stays. */
export const readModinfo = (text: string): Readonly<Record<string, string>> =>
  record(
    lines(text)
      .flatMap((line) => {
        const pair = cut(line, ':')
        return pair && /^[a-z_]+$/.test(pair[0]) ? [[pair[0], pair[1].trim()] as const] : []
      })
      .toReversed(),
  )

/** `options nvidia NVreg_X=1 NVreg_Y=2` lines of modprobe, by the name without `NVreg_`: that is how the driver reports them. */
export const readModprobeOptions = (text: string): Readonly<Record<string, string>> =>
  record(
    lines(text).flatMap((line) =>
      /^\s*options\s+nvidia\s/.test(line)
        ? [...line.matchAll(/\bNVreg_(\w+)=("[^"]*"|\S*)/g)].map(
            ([, name = '', value = '']) => [name, value.replace(/^"(.*)"$/, '$1')] as const,
          )
        : [],
    ),
  )

export interface DkmsModule {
  readonly module: string
  readonly kernel: string
  readonly state: string
}

/** `dkms status`: `nvidia/580.95.05, 6.12.40-64.114.amzn2023.x86_64, x86_64: installed`; before version 3 the slash is a comma. */
export const readDkms = (text: string): readonly DkmsModule[] =>
  shortLines(text).flatMap((line) => {
    const [, module, rest = '', state] = /^([^\s,:][^:]*?)(?:,\s*([^:]*))?:\s*([a-z]+)/.exec(line) ?? []
    const words = rest.split(',').map((word) => word.trim())
    return module && state
      ? [{ module: module.trim(), kernel: words.find((word) => /^\d+\.\d+\.\d+-/.test(word)) ?? '', state }]
      : []
  })
