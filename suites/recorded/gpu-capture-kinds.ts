import { parse as parseYaml } from 'yaml'
import { answer } from '../../src/facts/gpu/answer.ts'
import { readCdi, readCdiList, readContainerCli } from '../../src/facts/gpu/containers.ts'
import { readDcgm } from '../../src/facts/gpu/dcgm.ts'
import { readFabricInfo } from '../../src/facts/gpu/efa.ts'
import { fabricFaults } from '../../src/facts/gpu/fabric.ts'
import { readIndented } from '../../src/facts/gpu/indented.ts'
import { readAcceleratorLog } from '../../src/facts/gpu/kernel-log.ts'
import { readLspci } from '../../src/facts/gpu/lspci.ts'
import { readNeuronJson, readNeuronTable } from '../../src/facts/gpu/neuron.ts'
import { readDriverVersion, readKeys } from '../../src/facts/gpu/proc.ts'
import { readSmi } from '../../src/facts/gpu/smi.ts'
import {
  readList,
  readMigTable,
  readNvlink,
  readSmiCsv,
  readSmiVersion,
  readTopology,
} from '../../src/facts/gpu/smi-lists.ts'
import { lines } from '../../src/facts/text.ts'
import { parseToml } from '../../src/lib/toml.ts'

export interface Kind {
  readonly name: string
  /** Known by what it says and not by its name, so that a capture that was never seen finds its reader. */
  readonly is: RegExp
  readonly read: (text: string) => unknown
}

/** What a tool says instead of an answer, read as the fact reads it. */
const refused = (text: string): unknown => {
  const said = answer(
    {
      exitCode: 9,
      stdout: Buffer.from(text),
      stderr: Buffer.alloc(0),
      timedOut: false,
      truncated: false,
      durationMs: 1,
    },
    () => undefined,
  )
  if (said.kind !== 'refused') throw new Error(`a refusal was read as ${said.kind}`)
  return said
}

const keyed = (text: string): unknown => {
  const found = readIndented(text)
  if (found.children.length === 0) throw new Error('there is no line in it')
  return found
}

/** In this order: the first that matches is the kind. */
export const kinds: readonly Kind[] = [
  {
    name: 'NVML mock profile',
    is: /^device_defaults:/m,
    read: (text) => parseYaml(text, { maxAliasCount: 100 }),
  },
  { name: 'nvidia-smi -q -x', is: /^\s*<[\s\S]{0,200}nvidia_smi_log/, read: readSmi },
  { name: 'nvidia-smi -q', is: /^=+NVSMI LOG=+$/m, read: readSmi },
  {
    name: 'nvidia-smi nvlink -s',
    is: /^GPU \d+: .*\n(\s+Link \d+:|Nvlink queries|NVML: )/m,
    read: readNvlink,
  },
  { name: 'nvidia-smi -L', is: /^GPU \d+: .+ \(UUID: /m, read: readList },
  { name: 'nvidia-smi topo -m', is: /^\s+(\u001b\[4m)?GPU0\t/m, read: readTopology },
  { name: 'nvidia-smi --version', is: /^NVIDIA-SMI version/m, read: readSmiVersion },
  {
    name: 'nvidia-smi',
    is: /^\| NVIDIA-SMI \d/m,
    read: (text) => {
      const [, driver, cuda] = /Driver Version: (\S+)\s+CUDA Version: (\S+)/.exec(text) ?? []
      if (driver === undefined) throw new Error('the table does not say its driver')
      return { driver, cuda }
    },
  },
  { name: 'nvidia-smi mig', is: /^\| (GPU|Compute) instances:/m, read: readMigTable },
  { name: 'CDI list', is: /Found \d+ CDI devices/, read: readCdiList },
  { name: 'CDI specification', is: /^"?cdiVersion"?:/m, read: readCdi },
  { name: '/proc/driver/nvidia/version', is: /^NVRM version: NVIDIA UNIX/m, read: readDriverVersion },
  { name: 'nvidia-container-cli info', is: /^NVRM version:\s+\d/m, read: readContainerCli },
  { name: '/proc/driver/nvidia/params', is: /^EnableGpuFirmware:/m, read: readKeys },
  { name: '/proc/driver/nvidia/gpus', is: /^Bus Location:/m, read: readKeys },
  {
    name: 'dcgmi diag -j',
    is: /"DCGM (GPU )?Diagnostic"\s*:\s*\{\s*"test_categories"\s*:\s*\[/,
    read: readDcgm,
  },
  { name: 'JSON schema', is: /"\$schema"/, read: (text) => JSON.parse(text) },
  { name: 'neuron-ls', is: /\| DEVICE \| +CORES +\|/, read: readNeuronTable },
  { name: 'neuron-ls -j', is: /"neuron_device":/, read: readNeuronJson },
  { name: 'fi_info', is: /^provider: |^fi_getinfo: /m, read: readFabricInfo },
  { name: 'lspci -nn', is: /\[10de:[0-9a-f]{4}\]/, read: readLspci },
  { name: 'CUDA error', is: /code=802|returned 802/, read: (text) => /80\d/.exec(text)?.[0] },
  {
    name: 'kernel log',
    is: /NVRM: |SXid \(|Xid \(|NEURON_HW_ERR|libnccl\.so|npid_detach|nvidia-nvswitch\d/,
    read: readAcceleratorLog,
  },
  {
    name: 'tool refusal',
    is: /Failed to initialize NVML|NVIDIA-SMI has failed|No devices were found|nvidia-container-cli: |Unable to determine GPU instance|Failed to query GPU/,
    read: refused,
  },
  { name: 'fabric manager', is: /fabric ?manager/i, read: fabricFaults },
  { name: 'containerd configuration', is: /^\[plugins\]|^\s*\[plugins\./m, read: (text) => parseToml(text) },
  {
    name: 'DCGM counters',
    is: /^# If line starts with a '#'|^DCGM_FI_/m,
    read: (text) => lines(text).filter((line) => /^DCGM_FI_\w+ *,/.test(line)).length,
  },
  { name: 'virtual GPU licence', is: /License Status\s*:/, read: keyed },
  {
    name: 'NUMA nodes',
    is: /^\/sys\/devices\/system\/node\/node\d+\/(cpulist|distance):/m,
    read: (text) => lines(text).map((line) => line.split(':')),
  },
  { name: 'count', is: /^\s*\d+\s*$/, read: Number },
  { name: 'notes of a capture', is: /^#{20,}/, read: (text) => lines(text).length },
  { name: 'a question without an answer', is: /^(?:#[^\n]*(?:\n|$))*\s*$/, read: (text) => text.length },
  { name: 'nvidia-smi --format=csv', is: /^(# .*\n)*[\w.]+(, [\w.]+( \[[^\]]*\])?)+$/m, read: readSmiCsv },
]

/** Whether a file is of no kind is said, never passed over. */
export const kindOf = (text: string): Kind | undefined => kinds.find(({ is }) => is.test(text))
