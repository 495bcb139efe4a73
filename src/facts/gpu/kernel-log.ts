import { shortLines } from './short-lines.ts'

export interface Xid {
  readonly code: number
  /** PCI address as it was printed, function digit or not. */
  readonly device: string
  readonly detail: string
}

export interface Sxid {
  readonly code: number
  readonly device: string
  readonly severity: 'fatal' | 'non-fatal' | 'unsaid'
  readonly detail: string
}

/** What the kernel says of accelerators. Each list holds lines or readings in the order of the log. */
export interface AcceleratorLog {
  readonly xids: readonly Xid[]
  readonly sxids: readonly Sxid[]
  /** The driver could not start a GPU. */
  readonly initialisation: readonly string[]
  /** A process died in the collective library. */
  readonly nccl: readonly string[]
  /** `SRAM_UNCORRECTABLE_ERROR`, … of Neuron devices. */
  readonly neuron: readonly string[]
  /** PCIe errors that were not corrected. */
  readonly pcie: readonly string[]
}

/** NVIDIA's form is `NVRM: Xid (PCI:0000:9b:00): 119, pid=…, name=…, text`; the pid may be `'<unknown>'`, and the line may end in the number. */
const xid = /(?:^|[^S])Xid \((?:PCI:)?([0-9a-fA-F:.]+)\):\s*(\d{1,4})(?![\d.])(?:,\s*(.*))?/
const sxid = /\bSXid \((?:PCI:)?([0-9a-fA-F:.]+)\):\s*(\d{1,6})(?:,\s*(.*))?$/
const initialisation =
  /NVRM: .*(RmInitAdapter failed|rm_init_adapter failed|API mismatch|No NVIDIA GPU found|requires use of the NVIDIA open kernel modules|fallen off the bus)|NVRM: .*No NVIDIA devices probed/
const neuron = /\bNEURON_HW_ERR=(\w+)/
const pcie = /AER: .*(Uncorrect|Fatal|non-fatal)/i

/** Reads kernel messages, with or without the time that dmesg or journalctl put before them. */
export const readAcceleratorLog = (text: string): AcceleratorLog => {
  const all = shortLines(text).map((line) => line.replace(/\r$/, ''))
  const match = (pattern: RegExp) =>
    all.filter((line) => pattern.test(line)).map((line) => line.trim().slice(0, 300))
  return {
    xids: all.flatMap((line) => {
      const [, device, code, detail = ''] = xid.exec(line) ?? []
      return device && code ? [{ code: Number(code), device, detail: detail.slice(0, 300) }] : []
    }),
    sxids: all.flatMap((line) => {
      const [, device, code, detail = ''] = sxid.exec(line) ?? []
      return device && code
        ? [{ code: Number(code), device, severity: severityOf(detail), detail: detail.slice(0, 300) }]
        : []
    }),
    initialisation: match(initialisation),
    nccl: match(/segfault at .* in libnccl\.so/),
    neuron: all.flatMap((line) => neuron.exec(line)?.[1] ?? []),
    pcie: match(pcie),
  }
}

const severityOf = (detail: string): Sxid['severity'] => {
  if (/^Fatal\b/i.test(detail)) return 'fatal'
  return /^Non-fatal\b/i.test(detail) ? 'non-fatal' : 'unsaid'
}
