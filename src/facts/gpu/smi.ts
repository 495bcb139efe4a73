import { readIndented } from './indented.ts'
import { at, leaves, named, said, type Tree } from './tree.ts'
import { readXml } from './xml.ts'

/** A value as nvidia-smi said it, words for people included: `N/A`, `15360 MiB`, `[Unknown Error]`. Undefined: this schema has no such element. */
export type Said = string | undefined

export interface MigDevice {
  readonly index: Said
  readonly gpuInstance: Said
  readonly computeInstance: Said
  readonly memory: Said
}

export interface Gpu {
  /** `00000000:00:1E.0` */
  readonly busId: string
  readonly product: Said
  readonly architecture: Said
  readonly persistence: Said
  readonly computeMode: Said
  readonly memoryTotal: Said
  readonly gspFirmware: Said
  readonly recoveryAction: Said
  readonly resetRequired: Said
  readonly license: Said
  readonly mig: { readonly current: Said; readonly pending: Said; readonly devices: readonly MigDevice[] }
  readonly link: {
    readonly generation: Said
    readonly maxGeneration: Said
    readonly width: Said
    readonly maxWidth: Said
    readonly replays: Said
    readonly rollovers: Said
  }
  /** Reasons that clocks are held down for and that are active, without the prefix of the schema: `gpu_idle`. Undefined: not said. */
  readonly clockReasons: readonly string[] | undefined
  readonly ecc: {
    readonly current: Said
    readonly pending: Said
    /** Counters by their names: `sram_uncorrectable`, `dram_correctable`, … */
    readonly volatile: readonly (readonly [string, string])[]
    readonly aggregate: readonly (readonly [string, string])[]
    readonly repairPending: readonly (readonly [string, string])[]
  }
  readonly retired: { readonly single: Said; readonly double: Said; readonly pending: Said }
  /** Of row remapping: counters and flags by name, and the banks left. */
  readonly remapped: {
    readonly correctable: Said
    readonly uncorrectable: Said
    readonly pending: Said
    readonly failure: Said
    readonly low: Said
    readonly none: Said
  }
  readonly temperature: { readonly now: Said; readonly slowdown: Said; readonly headroom: Said }
  readonly power: { readonly limit: Said; readonly preset: Said }
  readonly clocks: {
    readonly applications: Said
    readonly applicationsMemory: Said
    readonly most: Said
    readonly mostMemory: Said
  }
  readonly fabric: {
    readonly state: Said
    readonly status: Said
    readonly health: readonly (readonly [string, string])[]
  }
  readonly processes: readonly string[]
}

/** What `nvidia-smi -q` says of a node, from its XML (schemas v11, v12, v13) or from its text. */
export interface Smi {
  /** `nvsmi_device_v12.dtd`; undefined in the text. */
  readonly schema: string | undefined
  readonly driver: Said
  readonly cuda: Said
  readonly attached: Said
  readonly gpus: readonly Gpu[]
}

/** Reads `nvidia-smi -q -x`, or `nvidia-smi -q`. Throws an `Error` when it is neither, or cut. */
export const readSmi = (text: string): Smi => {
  const isXml = text.trimStart().startsWith('<')
  const tree = isXml ? readXml(text) : readIndented(text)
  if (tree.name !== 'nvidia_smi_log')
    throw new Error(`the report is a <${tree.name}> and not an <nvidia_smi_log>`)
  const driver = said(tree, 'driver_version')
  const attached = said(tree, 'attached_gpus')
  if (driver === undefined || attached === undefined)
    throw new Error(
      'the report says neither its driver nor how many GPUs are attached: it is no nvidia-smi -q',
    )
  return {
    schema: isXml ? /<!DOCTYPE\s+\w+\s+SYSTEM\s+"([^"<>]{1,80})"/.exec(text.slice(0, 2048))?.[1] : undefined,
    driver,
    attached,
    cuda: said(tree, 'cuda_version'),
    gpus: named(tree, 'gpu').map(gpuOf),
  }
}

const gpuOf = (gpu: Tree): Gpu => {
  const of = (...paths: readonly string[]): Said => said(gpu, ...paths)
  const errors = at(gpu, 'ecc_errors')
  return {
    busId: of('@id', 'pci/pci_bus_id', 'pci/bus_id') ?? '',
    product: of('product_name'),
    architecture: of('product_architecture'),
    persistence: of('persistence_mode'),
    computeMode: of('compute_mode'),
    memoryTotal: of('fb_memory_usage/total'),
    gspFirmware: of('gsp_firmware_version'),
    recoveryAction: of('gpu_recovery_action'),
    resetRequired: of('gpu_reset_status/reset_required'),
    license: of('vgpu_software_licensed_product/license_status'),
    mig: {
      current: of('mig_mode/current_mig', 'mig_mode/current'),
      pending: of('mig_mode/pending_mig', 'mig_mode/pending'),
      devices: [...named(at(gpu, 'mig_devices'), 'mig_device'), ...named(gpu, 'mig_device')].map(migOf),
    },
    link: linkOf(at(gpu, 'pci')),
    clockReasons: reasonsOf(at(gpu, 'clocks_event_reasons') ?? at(gpu, 'clocks_throttle_reasons')),
    ecc: {
      current: of('ecc_mode/current_ecc', 'ecc_mode/current'),
      pending: of('ecc_mode/pending_ecc', 'ecc_mode/pending'),
      volatile: leaves(at(errors, 'volatile')),
      aggregate: leaves(at(errors, 'aggregate')),
      repairPending: leaves(errors).filter(([name]) => /repair_pending$|unrepairable_memory$/.test(name)),
    },
    retired: {
      single: of(
        'retired_pages/multiple_single_bit_retirement/retired_count',
        'retired_pages/single_bit_ecc',
      ),
      double: of('retired_pages/double_bit_retirement/retired_count', 'retired_pages/double_bit_ecc'),
      pending: of(
        'retired_pages/pending_retirement',
        'retired_pages/pending_blacklist',
        'retired_pages/pending_page_blacklist',
      ),
    },
    remapped: remappedOf(at(gpu, 'remapped_rows')),
    temperature: {
      now: of('temperature/gpu_temp', 'temperature/gpu_current_temp'),
      slowdown: of('temperature/gpu_temp_slow_threshold', 'temperature/gpu_slowdown_temp'),
      headroom: of('temperature/gpu_temp_tlimit', 'temperature/gpu_t_limit_temp'),
    },
    power: {
      limit: of(
        'power_readings/enforced_power_limit',
        'gpu_power_readings/current_power_limit',
        'power_readings/power_limit',
      ),
      preset: of('power_readings/default_power_limit', 'gpu_power_readings/default_power_limit'),
    },
    clocks: {
      applications: of('applications_clocks/graphics_clock', 'applications_clocks/graphics'),
      applicationsMemory: of('applications_clocks/mem_clock', 'applications_clocks/memory'),
      most: of('max_clocks/graphics_clock', 'max_clocks/graphics'),
      mostMemory: of('max_clocks/mem_clock', 'max_clocks/memory'),
    },
    fabric: {
      state: of('fabric/state'),
      status: of('fabric/status'),
      health: leaves(at(gpu, 'fabric/health')),
    },
    processes: processesOf(at(gpu, 'processes')),
  }
}

const migOf = (device: Tree): MigDevice => ({
  index: said(device, 'index'),
  gpuInstance: said(device, 'gpu_instance_id'),
  computeInstance: said(device, 'compute_instance_id'),
  memory: said(device, 'fb_memory_usage/total', 'shared_fb_memory_usage/total'),
})

const linkOf = (pci: Tree | undefined): Gpu['link'] => ({
  generation: said(
    pci,
    'pci_gpu_link_info/pcie_gen/current_link_gen',
    'gpu_link_info/pcie_generation/current',
  ),
  maxGeneration: said(pci, 'pci_gpu_link_info/pcie_gen/max_link_gen', 'gpu_link_info/pcie_generation/max'),
  width: said(pci, 'pci_gpu_link_info/link_widths/current_link_width', 'gpu_link_info/link_width/current'),
  maxWidth: said(pci, 'pci_gpu_link_info/link_widths/max_link_width', 'gpu_link_info/link_width/max'),
  replays: said(pci, 'replay_counter', 'replays_since_reset'),
  rollovers: said(pci, 'replay_rollover_counter', 'replay_number_rollovers'),
})

const reasonsOf = (reasons: Tree | undefined): readonly string[] | undefined =>
  reasons &&
  everyElement(reasons).flatMap(({ name, value }) =>
    value === 'Active'
      ? [name.replace(/^clocks_(event|throttle)_reason_/, '').replace(/^idle$/, 'gpu_idle')]
      : [],
  )

const everyElement = (tree: Tree): readonly Tree[] =>
  tree.children.flatMap((child) => [child, ...everyElement(child)])

const remappedOf = (rows: Tree | undefined): Gpu['remapped'] => {
  const bare = rows && rows.children.length === 0 ? rows.value : undefined
  const of = (...paths: readonly string[]): Said => bare ?? said(rows, ...paths)
  const histogram = 'row_remapper_histogram/row_remapper_histogram'
  const text = 'bank_remap_availability_histogram'
  return {
    correctable: of('remapped_row_corr', 'correctable_error'),
    uncorrectable: of('remapped_row_unc', 'uncorrectable_error'),
    pending: of('remapped_row_pending', 'pending'),
    failure: of('remapped_row_failure', 'remapping_failure_occurred'),
    low: of(`${histogram}_low`, `${text}/low`),
    none: of(`${histogram}_none`, `${text}/none`),
  }
}

const processesOf = (list: Tree | undefined): readonly string[] =>
  named(list, 'process_info')
    .map((one) => `${said(one, 'pid') ?? '?'} ${said(one, 'process_name') ?? ''}`.trim())
    .concat(named(list, 'process_id').map(({ value }) => value))
