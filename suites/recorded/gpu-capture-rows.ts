import { readLspci } from '../../src/facts/gpu/lspci.ts'

/** The node of our own writing whose probe is replaced, and what it is meant to be. */
export type Base = 'gpu-g5' | 'gpu-p5' | 'gpu-active' | 'neuron-trn1'

const section = (name: string, text: string, code = 0): string =>
  `==> ${name} ${code}\n${text
    .trimEnd()
    .split('\n')
    .map((line) => `|${line}`)
    .join('\n')}\n`

/** One GPU's links for each of eight. */
const eightTimes = (text: string): string =>
  /^GPU 1:/m.test(text)
    ? text
    : Array.from({ length: 8 }, (_, i) => text.trimEnd().replace(/^GPU \d+:/m, `GPU ${i}:`)).join('\n')

const onBus = (text: string): string =>
  readLspci(text)
    .map((one) => `pci ${one.address} 0x${one.vendor} 0x${one.device} 0x${one.class}00 nvidia\n`)
    .join('')

export interface Row {
  readonly file: RegExp
  readonly base: Base
  /** null: no instance type has this GPU. */
  readonly type?: string | null
  readonly probe: string
  readonly as?: (text: string) => string
  readonly exitCode?: number
  /** Probes that the checks may read besides. */
  readonly beside?: readonly string[]
  /** Ids that must fail. Besides them no check about the instance may. */
  readonly fails?: readonly string[]
  /** Where a capture is one part of what a probe prints: the checks that this part decides. */
  readonly part?: RegExp
  /** No check of this type asks about it. */
  readonly silent?: true
}

const setup = 'gpu-driver/answers'

/** What each capture must be judged as; the first that matches counts. Captures that were not seen are listed as their sources describe them. */
export const rows: readonly Row[] = [
  {
    file: /nvidia-smi-xml\/t4\./,
    base: 'gpu-g5',
    type: 'g4dn.xlarge',
    probe: 'gpuSmi',
    fails: ['gpu-driver/persistence'],
  },
  {
    file: /nvidia-smi-xml\/a10g\./,
    base: 'gpu-g5',
    type: 'g5.xlarge',
    probe: 'gpuSmi',
    fails: ['gpu-driver/persistence'],
  },
  // The file says four GPUs and holds one, as a cut report would.
  {
    file: /nvidia-smi-xml\/a100.*mig-on/,
    base: 'gpu-p5',
    type: 'p4de.24xlarge',
    probe: 'gpuSmi',
    fails: ['gpu-driver/describes-every-gpu', 'gpu-driver/persistence'],
  },
  { file: /nvidia-smi-xml\//, base: 'gpu-p5', type: null, probe: 'gpuSmi' },
  { file: /nvidia-h100.*query-q\.txt/, base: 'gpu-p5', type: 'p5.4xlarge', probe: 'gpuSmi' },
  { file: /nvidia-l40s.*query-q\.txt/, base: 'gpu-p5', type: 'g6e.xlarge', probe: 'gpuSmi' },
  { file: /query-q\.txt/, base: 'gpu-p5', type: null, probe: 'gpuSmi' },
  {
    file: /bad_nvsmi8/,
    base: 'gpu-p5',
    type: 'p3.16xlarge',
    probe: 'gpuSmi',
    fails: ['gpu-health/retired-pages'],
  },
  { file: /orig_nvsmi8/, base: 'gpu-p5', type: 'p3.16xlarge', probe: 'gpuSmi' },
  {
    file: /proc\/nvidia-smi\.fail/,
    base: 'gpu-g5',
    type: 'g5.xlarge',
    probe: 'gpuSmi',
    exitCode: 9,
    beside: ['gpuList'],
    fails: [setup],
  },
  {
    file: /nvlink\/bad_/,
    base: 'gpu-p5',
    type: 'p4de.24xlarge',
    probe: 'gpuNvlink',
    as: eightTimes,
    fails: ['gpu-fabric/nvlinks'],
  },
  {
    file: /nvlink\/good_|nvlink\.status/,
    base: 'gpu-p5',
    type: 'p4de.24xlarge',
    probe: 'gpuNvlink',
    as: eightTimes,
  },
  { file: /ec2-baselines\/(p4|p5).*topo/, base: 'gpu-p5', probe: 'gpuTopology' },
  {
    file: /lspci.*a100/,
    base: 'gpu-p5',
    type: 'p4de.24xlarge',
    part: /^gpu\/(count|model|bound)$/,
    probe: 'gpuDevices',
    as: onBus,
  },
  {
    file: /mig\/a100-40gb/,
    base: 'gpu-p5',
    type: 'p4d.24xlarge',
    part: /^gpu-mig\/profiles$/,
    probe: 'gpuMig',
    as: (text) => section('lgi', text) + section('lci', 'No compute instances found', 6),
    fails: ['gpu-mig/usable'],
  },
  {
    file: /fabricmanager\/.*(mismatch|fabricmanager\.log)/,
    base: 'gpu-p5',
    type: 'p5.48xlarge',
    part: /^gpu-fabric\/manager-log$/,
    probe: 'gpuFabric',
    as: (text) => section('log', text),
    fails: ['gpu-fabric/manager-log'],
  },
  {
    file: /fabricmanager\/journal\.healthy/,
    base: 'gpu-p5',
    type: 'p6-b200.48xlarge',
    part: /^gpu-fabric\/manager-log$/,
    probe: 'gpuFabric',
    as: (text) => section('journal', text),
  },
  {
    file: /fabricmanager\/status\.no-nvswitch/,
    base: 'gpu-g5',
    type: 'g5.xlarge',
    silent: true,
    probe: 'gpuFabric',
    as: (text) => section('journal', text),
  },
  {
    file: /xid\/dmesg-with-xid-119/,
    base: 'gpu-p5',
    type: 'p5.48xlarge',
    probe: 'gpuKernelLog',
    fails: ['gpu-log/no-xid'],
  },
  {
    file: /xid\/.*(api-mismatch|gsp-init|proprietary-on-blackwell)/,
    base: 'gpu-g5',
    type: 'g5.xlarge',
    probe: 'gpuKernelLog',
    fails: ['gpu-driver/starts'],
  },
  {
    file: /xid\/.*nccl/,
    base: 'gpu-p5',
    type: 'p5.48xlarge',
    probe: 'gpuKernelLog',
    fails: ['gpu-log/no-nccl-crash'],
  },
  {
    file: /xid\/sxid/,
    base: 'gpu-p5',
    type: 'p5.48xlarge',
    probe: 'gpuKernelLog',
    fails: ['gpu-log/no-sxid'],
  },
  {
    file: /xid\/xid-lines/,
    base: 'gpu-p5',
    type: 'p5.48xlarge',
    probe: 'gpuKernelLog',
    fails: ['gpu-log/no-xid'],
  },
  {
    file: /neuron\/dmesg\.hw-err/,
    base: 'neuron-trn1',
    type: 'trn1.32xlarge',
    probe: 'gpuKernelLog',
    fails: ['neuron/no-hardware-error'],
  },
  { file: /neuron\/dmesg\.benign/, base: 'neuron-trn1', type: 'trn1.32xlarge', probe: 'gpuKernelLog' },
  {
    file: /neuron\/neuron-ls\..*\.json/,
    base: 'neuron-trn1',
    type: 'trn2.48xlarge',
    part: /^neuron\/(answers|cores|links)$/,
    probe: 'neuronDevices',
  },
  {
    file: /dcgm\/.*memory-fail/,
    base: 'gpu-active',
    probe: 'gpuDcgm',
    type: 'p5.48xlarge',
    fails: ['gpu-active/hardware'],
  },
  {
    file: /dcgm\/.*all-skipped/,
    base: 'gpu-active',
    probe: 'gpuDcgm',
    type: 'p5.48xlarge',
    fails: ['gpu-active/executed'],
  },
  {
    file: /dcgm\/.*persistence-off/,
    base: 'gpu-active',
    probe: 'gpuDcgm',
    type: 'p5.48xlarge',
    exitCode: 226,
    fails: ['gpu-active/configuration'],
  },
  {
    file: /efa\/fi_info\.fail/,
    base: 'gpu-p5',
    type: 'p5.48xlarge',
    probe: 'efaFabric',
    exitCode: 61,
    beside: ['gpuDevices'],
    fails: ['efa/libfabric'],
  },
  {
    file: /ctk\/.*\.nvidia\.expected\.toml/,
    base: 'gpu-g5',
    type: 'g5.xlarge',
    part: /^gpu-container\/(default-runtime|runtime-entry|cdi-on)$/,
    probe: 'containerdDump',
  },
  {
    file: /ctk\/nvidia-container-cli\.fail/,
    base: 'gpu-g5',
    type: 'g5.xlarge',
    part: /^gpu-container\/sees-all$/,
    probe: 'gpuContainers',
    as: (text) => section('info', text, 1),
    fails: ['gpu-container/sees-all'],
  },
  {
    file: /ctk\/nvidia-container-cli-info/,
    base: 'gpu-g5',
    type: 'g4dn.xlarge',
    part: /^gpu-container\/sees-all$/,
    probe: 'gpuContainers',
    as: (text) =>
      section('version', 'NVIDIA Container Toolkit CLI version 1.18.0') +
      section('config', 'disable-require = false') +
      section('info', text),
  },
  {
    file: /ctk\/cdi-list\.none/,
    base: 'gpu-g5',
    type: 'g5.xlarge',
    part: /^gpu-cdi\/once$/,
    probe: 'gpuContainers',
    as: (text) => section('list', text),
    fails: ['gpu-cdi/once'],
  },
  {
    file: /ctk\/cdi-list/,
    base: 'gpu-g5',
    type: 'g5.xlarge',
    part: /^gpu-cdi\/once$/,
    probe: 'gpuContainers',
    as: (text) => section('version', 'NVIDIA Container Toolkit CLI version 1.18.0') + section('list', text),
  },
]
